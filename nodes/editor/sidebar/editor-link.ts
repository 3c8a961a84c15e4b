import type { CompanyKey } from '../../sidebar-messages';
import { RequestFailed } from '../dialog/request';
import type { FeedLink } from './building-feed';
import { requestFailure } from './port/act';

/** For the whole of an answer. */
const patienceMs = 90_000;
/** A type of data of ours, whose requests go as below. */
const dataType = 'ochno-stream';

/** Over Node-RED's comms and its admin API. */
export const editorLink: FeedLink = {
  send: (topic, look) => RED.comms.send?.(topic, look),
  subscribe: (topic, listener) => RED.comms.subscribe(topic, (_topic, told) => listener(told)),
  onReconnect: (listener) => RED.comms.on('connect', listener),
  getCompany: (key) => readLines(key),
  giveWay,
  failureOf: requestFailure,
  now: () => Date.now(),
  every(intervalMs, action) {
    const timer = window.setInterval(action, intervalMs);
    return () => window.clearInterval(timer);
  },
};

/**
 * jQuery brings the editor's admin root and the user's token to a request, but gives an answer as one text, and one of
 * ten thousand ports would stall the editor. So it prepares the request, and `fetch` carries it.
 */
$.ajaxTransport(dataType, ({ url = '' }) => ({
  send(headers, complete) {
    // No header of jQuery's is without a value.
    fetch(url, { headers: headers as Record<string, string>, signal: AbortSignal.timeout(patienceMs) }).then(
      (answer) => complete(answer.status, 'success', { [dataType]: answer }),
      () => complete(0, 'error'),
    );
  },
  abort: () => undefined,
}));

async function* readLines({ account, company }: CompanyKey): AsyncGenerator<string> {
  const url = `ochno/building?${new URLSearchParams({ account, company })}`;
  const answer = await new Promise<Response>((resolve, reject) => {
    // A type of data that jQuery does not know of.
    $.ajax({ url, dataType: dataType as 'text' })
      .done((response: unknown) => resolve(response as Response))
      .fail(({ status }) => reject(new RequestFailed(status)));
  });
  let rest = '';
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done = true, value = '' } = (await reader?.read()) ?? {};
    const lines = `${rest}${value}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (!done) continue;
    if (rest !== '') yield rest;
    return;
  }
}

const { port1: turns, port2: nextTurn } = new MessageChannel();
const waiting: (() => void)[] = [];
turns.onmessage = () => waiting.shift()?.();

/** A timer would wait for four milliseconds each time, which is longer than most of what is done in a turn. */
function giveWay(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    nextTurn.postMessage(undefined);
  });
}
