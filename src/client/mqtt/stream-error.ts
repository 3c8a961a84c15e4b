import { type ConnectionReason, OchnoError } from '../../protocol/ochno-error';

/** What a failed or lost connection means for the next attempt. */
export type StreamRemedy =
  /** Wait, then try again. */
  | 'wait'
  /** The stream's credentials were not accepted: fetch new ones. */
  | 'new credentials'
  /** The computer's clock is off: sign with the corrected time. */
  | 'correct clock';

interface StreamErrorDetails {
  readonly remedy?: StreamRemedy;
  readonly reason?: ConnectionReason | undefined;
  readonly cause?: unknown;
  /** With `correct clock`: the broker's time minus ours, in ms. */
  readonly clockOffsetMs?: number;
  /** The broker ended the connection in good order, as AWS IoT does to refuse a packet. */
  readonly byBroker?: boolean;
  /** Beyond that, the server said on the WebSocket that it closes it. */
  readonly hasCloseFrame?: boolean;
  /** What tells it from another failure, if the message quotes words of a server, which may be others each time. */
  readonly kind?: string | undefined;
  /** A server answered, and may answer otherwise soon. */
  readonly isForNow?: boolean;
  /** What a server said no to: the upgrade to MQTT, or CONNECT. */
  readonly refuses?: 'upgrade' | 'connect' | undefined;
  /** The broker sent something that can't be taken, and keeps it in the session. */
  readonly isPoisoned?: boolean;
}

/** Why a connection to the stream could not be had or was lost. Internal to the client: nodes see a status and a log line. */
export class StreamError extends Error {
  override readonly name = 'StreamError';
  readonly remedy: StreamRemedy;
  readonly reason: ConnectionReason | undefined;
  readonly clockOffsetMs: number;
  readonly byBroker: boolean;
  readonly hasCloseFrame: boolean;
  readonly kind: string;
  readonly isForNow: boolean;
  readonly refuses: 'upgrade' | 'connect' | undefined;
  readonly isPoisoned: boolean;

  constructor(message: string, details: StreamErrorDetails = {}) {
    super(message, { cause: details.cause });
    this.remedy = details.remedy ?? 'wait';
    this.reason = details.reason;
    this.clockOffsetMs = details.clockOffsetMs ?? 0;
    this.byBroker = details.byBroker ?? false;
    this.hasCloseFrame = details.hasCloseFrame ?? false;
    this.kind = details.kind ?? message;
    this.isForNow = details.isForNow ?? false;
    this.refuses = details.refuses;
    this.isPoisoned = details.isPoisoned ?? false;
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
