import type { ConnectionReason } from '../../protocol/ochno-error';

/** What a failed or lost connection means for the next attempt. */
export type FailureRemedy =
  /** Wait, then try again. */
  | 'wait'
  /** The stream's credentials were not accepted: fetch new ones. */
  | 'new credentials'
  /** The computer's clock is off: sign with the corrected time. */
  | 'correct clock'
  /** The log-in was refused: only the user can help. */
  | 'give up';

export interface StreamFailureDetails {
  readonly remedy?: FailureRemedy;
  readonly reason?: ConnectionReason | undefined;
  readonly cause?: unknown;
  /** With `correct clock`: the broker's time minus ours, in ms. */
  readonly clockOffsetMs?: number;
  /** The broker ended the connection in good order, as AWS IoT does to refuse a packet. */
  readonly byBroker?: boolean;
}

/** Why a connection to the stream could not be had or was lost. Internal to the client: nodes see a status and a log line. */
export class StreamFailure extends Error {
  override readonly name = 'StreamFailure';
  readonly remedy: FailureRemedy;
  readonly reason: ConnectionReason | undefined;
  readonly clockOffsetMs: number;
  readonly byBroker: boolean;

  constructor(message: string, details: StreamFailureDetails = {}) {
    super(message, { cause: details.cause });
    this.remedy = details.remedy ?? 'wait';
    this.reason = details.reason;
    this.clockOffsetMs = details.clockOffsetMs ?? 0;
    this.byBroker = details.byBroker ?? false;
  }
}
