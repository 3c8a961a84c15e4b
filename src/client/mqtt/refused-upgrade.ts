import type { ClientRequest, IncomingMessage } from 'node:http';
import { isPlainObject } from '../../protocol/json/plain-object';
import { quoted } from '../../protocol/json/quoted';
import { echoesSecret } from '../../protocol/rest/secret-echo';
import { StreamError } from './stream-error';

/** The request that was refused. */
interface SignedRequest {
  readonly url: URL;
  /** The time that the URL was signed with, in ms since 1970. */
  readonly signedAtMs: number;
}

/** More of a refusal than this is not worth reading; AWS's own are under 300 bytes. */
const longestBody = 4096;
const longestSentence = 300;
/** AWS signs within ±5 minutes; a smaller difference cannot be what it refused. */
const tolerableSkewMs = 4 * 60_000;

/**
 * Reads what the server says when it answers the WebSocket upgrade with a plain HTTP response, which ends the request.
 *
 * mqtt.js reports such an answer as a bare `close`: without this a wrong clock, an expired token and a broken gateway
 * would look alike.
 */
export function readRefusal(
  request: ClientRequest,
  response: IncomingMessage,
  signed: SignedRequest,
  refused: (failure: StreamError) => void,
): void {
  let body = '';
  let isRead = false;
  const finish = (): void => {
    if (isRead) return;
    isRead = true;
    request.destroy();
    refused(explainRefusal(response, body, signed));
  };
  response.setEncoding('utf8');
  response.on('data', (text: string) => {
    body += text;
    if (body.length > longestBody) finish();
  });
  response.on('end', finish);
  response.on('error', finish);
}

function explainRefusal(response: IncomingMessage, body: string, signed: SignedRequest): StreamError {
  const { signedAtMs, url } = signed;
  const status = response.statusCode ?? 0;
  if (status === 407) return new StreamError('the proxy wants a log-in (407)', { reason: 'proxy' });
  if (status !== 401 && status !== 403) {
    return new StreamError(`the stream's server answered ${status} instead of opening the stream`, { isForNow: true });
  }
  const serverMs = Date.parse(response.headers.date ?? '');
  // What counts is the time that was signed: a correction from before the clock was set right makes it wrong, too.
  if (Math.abs(serverMs - signedAtMs) > tolerableSkewMs) {
    return new StreamError('the stream refused the signature because of its time', {
      remedy: 'correct clock',
      reason: 'clock',
      serverMs,
    });
  }
  return new StreamError(`the stream refused the credentials (${status}${platformMessage(body, url)})`, {
    remedy: 'new credentials',
    reason: 'forbidden',
    kind: `refused upgrade ${status}`,
    refuses: 'upgrade',
  });
}

/** AWS's sentence, if there is one. A gateway may repeat the request: then nothing of its answer is quoted. */
function platformMessage(body: string, url: URL): string {
  const sentence = body.length > longestBody ? undefined : messageOf(body);
  if (sentence === undefined || sentence.length > longestSentence) return '';
  return [body, sentence].some((text) => echoesSecret(text, secretsIn(url)))
    ? ', and repeats what was sent'
    : `: ${quoted(sentence, longestSentence).slice(1, -1)}`;
}

/** The rest of a signed URL is a date and names. */
function secretsIn({ searchParams }: URL): readonly string[] {
  const [keyId = ''] = (searchParams.get('X-Amz-Credential') ?? '').split('/');
  return [keyId, searchParams.get('X-Amz-Signature') ?? '', searchParams.get('X-Amz-Security-Token') ?? ''];
}

function messageOf(body: string): string | undefined {
  try {
    const answer: unknown = JSON.parse(body);
    return isPlainObject(answer) && typeof answer.message === 'string' ? answer.message : undefined;
  } catch {
    // A gateway's page is not AWS's answer.
    return undefined;
  }
}
