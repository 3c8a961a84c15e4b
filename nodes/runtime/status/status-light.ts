import { type Clock, systemClock } from '../../../src/client/time/clock';
import type { RuntimeNode, Status } from '../node-red';
import { sending } from './status';

/** How long `sending` stays after the last piece of work, so that a slider's stream of messages does not make it flicker. */
const afterglowMs = 200;

/**
 * What stands under a node: its connection, over that a notice (a failure, a gap), and over both `sending`.
 * The runtime is told of changes only, since it passes each one on to every open editor.
 */
export class StatusLight {
  readonly #node: RuntimeNode;
  readonly #clock: Clock;
  #connection: Status = {};
  #notice: Status | undefined;
  #working = 0;
  #shown: Status = {};
  #endAfterglow: (() => void) | undefined;
  #closed = false;

  constructor(node: RuntimeNode, clock: Clock = systemClock) {
    this.#node = node;
    this.#clock = clock;
  }

  /** The connection is now like this. A notice gives way to any change but one for the better. */
  connection(status: Status): void {
    if (isSame(status, this.#connection)) return;
    this.#connection = status;
    if (status.fill !== 'green') this.#notice = undefined;
    this.#show();
  }

  /** Shows a notice over the connection until the connection is lost or the notice is taken back with `undefined`. */
  notice(status: Status | undefined): void {
    this.#notice = status;
    this.#show();
  }

  /** A piece of work begins. */
  begin(): void {
    this.#working += 1;
    this.#show();
  }

  /** A piece of work is over; `failure` stays as a notice until the next good one. */
  end(failure?: Status): void {
    this.#working -= 1;
    this.#notice = failure;
    if (failure) this.#show();
    else this.#endAfterglow ??= this.#clock.after(afterglowMs, () => this.#afterglowIsOver());
  }

  /** No more changes: a late one would stand under the node that has taken this one's place. */
  close(): void {
    this.#closed = true;
    this.#endAfterglow?.();
  }

  #afterglowIsOver(): void {
    this.#endAfterglow = undefined;
    this.#show();
  }

  #show(): void {
    if (this.#closed) return;
    const status = this.#working > 0 ? sending : (this.#notice ?? this.#connection);
    if (isSame(status, this.#shown)) return;
    this.#shown = status;
    // A copy: the runtime hands the object to whoever listens.
    this.#node.status({ ...status });
  }
}

function isSame(one: Status, other: Status): boolean {
  return one.text === other.text && one.fill === other.fill && one.shape === other.shape;
}
