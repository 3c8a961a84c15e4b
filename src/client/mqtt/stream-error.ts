import { type ConnectionReason, OchnoError } from '../../protocol/ochno-error';

/** What a failed or lost connection means for the next attempt. */
export type StreamRemedy =
  /** Wait, then try again. */
  | 'wait'
  /** The stream's credentials were not accepted: fetch new ones. */
  | 'new credentials'
  /** The computer's clock is off: sign with the corrected time. */
  | 'correct clock';

/** Why a connection to the stream could not be had or was lost. Internal to the client: nodes see a status and a log line. */
export class StreamError extends Error {
  override readonly name = 'StreamError';
  readonly remedy: StreamRemedy = 'wait';
  readonly reason: ConnectionReason | undefined;
  /** With `correct clock`: the server's time, in ms since 1970. */
  readonly serverMs: number = 0;
  /** The broker ended the connection in good order, as AWS IoT does to refuse a packet. */
  readonly byBroker: boolean = false;
  /** Beyond that, the server said on the WebSocket that it closes it. */
  readonly hasCloseFrame: boolean = false;
  /** What tells it from another failure, if the message quotes words of a server, which may be others each time. */
  readonly kind: string;
  /** A server answered, and may answer otherwise soon. */
  readonly isForNow: boolean = false;
  /** What a server said no to: the upgrade to MQTT, or CONNECT. */
  readonly refuses: 'upgrade' | 'connect' | undefined;
  /** The broker sent something that can't be taken, and keeps it in the session. */
  readonly isPoisoned: boolean = false;

  constructor(message: string, { cause, ...details }: Partial<Omit<StreamError, 'name' | 'message' | 'stack'>> = {}) {
    super(message, { cause });
    this.kind = message;
    Object.assign(this, details);
  }
}

/** What comes after an attempt that failed so: only a user can help where the log-in was refused. */
export function afterFailure(error: Error): 'retry' | 'retry at once' | 'give up' {
  if (error instanceof OchnoError) return error.code === 'OCHNO_LOGIN' ? 'give up' : 'retry';
  if (!(error instanceof StreamError)) return 'retry';
  return error.remedy === 'wait' ? 'retry' : 'retry at once';
}

/** What a server said no to. */
export function refusedBy(error: unknown): StreamError['refuses'] {
  return error instanceof StreamError ? error.refuses : undefined;
}
