import { type Clock, systemClock } from '../../../src/client/time/clock';
import { cancelAfterStart, type Starter } from '../after-start';
import type { RuntimeNode, Status } from '../node-red';
import { blank, connected, connectedNewer, type Sign, sending, statusOf } from './status';

/** How long `sending` stays after the last piece of work, so that a slider's stream of messages does not make it flicker. */
const afterglowMs = 200;

/** Every change goes to every open editor and every Status node: between two of them passes at least this, for values more. */
const pauseMs = 250;
const pauseOfValuesMs = 500;

/**
 * What stands under a node: its connection, while connected perhaps a value, over that a notice such as a gap, over that a
 * failure, and over all of it `sending`. The runtime is told of changes only, a few a second, and the last one is always true.
 */
export class StatusLight implements Starter {
  readonly #node: RuntimeNode;
  readonly #clock: Clock;
  /** Whether the node was saved by a newer version of this package. */
  isNewer = false;
  #connection = blank;
  /** How the last piece of work failed. */
  #failure: Sign | undefined;
  #notice: Sign | undefined;
  /** A text to be shown as it is. */
  #value: string | undefined;
  #missing: Sign | undefined;
  #working = 0;
  #shown: Status;
  #shownAtMs = Number.NEGATIVE_INFINITY;
  #endAfterglow: (() => void) | undefined;
  #endPause: (() => void) | undefined;
  #closed = false;

  constructor(node: RuntimeNode, clock: Clock = systemClock) {
    this.#node = node;
    this.#clock = clock;
    this.#shown = statusOf(node.type, blank);
  }

  /** The connection is now like this. A failure or notice gives way to any change but one for the better. */
  connection(sign: Sign): void {
    if (sign === this.#connection) return;
    this.#connection = sign;
    if (sign !== connected) {
      this.#failure = undefined;
      this.#notice = undefined;
    }
    this.#show();
  }

  /** Shows a notice over the connection until the connection is lost or the notice is taken back with `undefined`. */
  notice(sign: Sign | undefined): void {
    if (sign === this.#notice) return;
    this.#notice = sign;
    this.#show();
  }

  /** Shows this text in place of `connected`. */
  value(text: string): void {
    this.#value = text;
    this.#show();
  }

  /** Shows in place of `connected` what the node would need besides, until that is taken back with `undefined`. */
  missing(sign: Sign | undefined): void {
    if (sign === this.#missing) return;
    this.#missing = sign;
    this.#show();
  }

  /** A piece of work begins. */
  begin(): void {
    this.#working += 1;
    this.#show();
  }

  /** A piece of work is over; `failure` stays until the next good one. */
  end(failure?: Sign): void {
    this.#working -= 1;
    this.#failure = failure;
    if (failure) this.#show();
    else this.#endAfterglow ??= this.#clock.after(afterglowMs, () => this.#afterglowIsOver());
  }

  flowsStarted(): void {
    if (this.#shown.text !== undefined) this.#node.status(this.#shown);
  }

  /** No more changes: a late one would stand under the node that has taken this one's place. */
  close(): void {
    this.#closed = true;
    this.#endAfterglow?.();
    this.#endPause?.();
    cancelAfterStart(this);
  }

  #afterglowIsOver(): void {
    this.#endAfterglow = undefined;
    this.#show();
  }

  #show(): void {
    if (this.#closed || this.#endPause) return;
    const status = this.#wanted();
    const shown = this.#shown;
    if (status === shown || (status.text === shown.text && status.fill === shown.fill)) return;
    const pause = status.text === this.#value ? pauseOfValuesMs : pauseMs;
    const nowMs = this.#clock.monotonicMs();
    const remainingMs = this.#shownAtMs + pause - nowMs;
    if (remainingMs > 0) {
      this.#endPause = this.#clock.after(remainingMs, () => this.#pauseIsOver());
      return;
    }
    this.#shown = status;
    this.#shownAtMs = nowMs;
    this.#node.status(status);
  }

  #pauseIsOver(): void {
    this.#endPause = undefined;
    this.#show();
  }

  #wanted(): Status {
    if (this.#working > 0) return statusOf(this.#node.type, sending);
    const notice = this.#failure ?? this.#notice;
    if (notice) return statusOf(this.#node.type, notice);
    if (this.#connection !== connected) return statusOf(this.#node.type, this.#connection);
    if (this.#missing) return statusOf(this.#node.type, this.#missing);
    if (this.#value !== undefined) return { ...valueLook, text: this.#value };
    return statusOf(this.#node.type, this.isNewer ? connectedNewer : connected);
  }
}

const valueLook = { fill: 'green', shape: 'dot', code: 'connected' } as const;
