import { eventKey } from './event-key';

/** AWS IoT has at most 100 messages unacknowledged on their way; other brokers may have more. */
const mostRemembered = 1_000;
/** How long a connection has to be there before the broker has sent again all that it had sent before, in ms. */
const windowMs = 30_000;

/** A place in the stream of messages. */
export interface RedeliveryMark {
  readonly received: number;
  readonly atMs: number;
}

interface Message {
  readonly topic: string;
  readonly payload: Buffer;
}

/**
 * Keeps a message of QoS 1 from being passed on twice when a connection was cut and the broker, on resuming the session,
 * sends again what it saw no PUBACK for. AWS IoT marks such a message with neither the DUP flag nor the same packet id, so
 * it is recognised by topic and payload, and only as often as it had been received without the broker having surely seen
 * the acknowledgement: an equal event that was published anew is passed on beyond that count.
 *
 * What may be sent again is never forgotten by time alone: attempts that fail, connections too short to bring it and lines
 * that stall don't count. It is once a connection has lasted for half a minute, and what the broker had sent on it by then has come.
 * What another connection has brought, and this session has kept as well, may come much later: it is forgotten when all that was kept has come.
 *
 * Remembers the last 1000 messages by reference; an older one that is sent again would be passed on again.
 */
export class RedeliveryFilter {
  /** Messages by number, at `number % mostRemembered`. */
  readonly #ring: (Message | undefined)[] = [];
  #received = 0;
  #confirmed = 0;
  /** How often each message may be sent again, by key. */
  readonly #expected = new Map<string, number>();
  /** Likewise what another connection has brought that this session has kept as well. */
  readonly #owed = new Map<string, number>();
  #resumedAtMs = 0;

  /** Takes note of a message of QoS 1. To be called for each, those that `accept` keeps back too: their new acknowledgement
   * may be lost as well. */
  received(topic: string, payload: Buffer): void {
    this.#ring[this.#received % mostRemembered] = { topic, payload };
    this.#received += 1;
  }

  /** Where in the stream of messages we are, for `confirmedUpTo`. To be asked before something is sent that is answered. */
  mark(nowMs: number): RedeliveryMark {
    return { received: this.#received, atMs: nowMs };
  }

  /**
   * The answer has come: the broker has seen every acknowledgement sent before `mark` was asked, and all that it had
   * sent by then is here.
   */
  confirmedUpTo({ received, atMs }: RedeliveryMark): void {
    this.#confirm(received);
    if (atMs - this.#resumedAtMs > windowMs) this.#expected.clear();
  }

  #confirm(mark: number): void {
    const end = Math.min(mark, this.#received);
    for (let number = this.#firstRemembered(); number < end; number += 1)
      this.#ring[number % mostRemembered] = undefined;
    this.#confirmed = Math.max(this.#confirmed, end);
  }

  /** The session was resumed on a new connection: what is not confirmed may be sent again. `nowMs` is of a clock that never goes back. */
  resume(nowMs: number): void {
    for (let number = this.#firstRemembered(); number < this.#received; number += 1) {
      const message = this.#ring[number % mostRemembered];
      if (message === undefined) continue;
      const key = eventKey(message.topic, message.payload);
      this.#expected.set(key, (this.#expected.get(key) ?? 0) + 1);
    }
    this.#confirm(this.#received);
    this.#resumedAtMs = nowMs;
  }

  /** The session will bring these as well, which have been passed on already; by `eventKey`, how often. */
  owes(events: ReadonlyMap<string, number>): void {
    for (const [key, count] of events) this.#owed.set(key, (this.#owed.get(key) ?? 0) + count);
  }

  /** All that the broker kept in the session has come. */
  caughtUp(): void {
    this.#owed.clear();
  }

  /** Whether to pass on a message of QoS 1; to be asked before `received`. */
  accept(topic: string, payload: Buffer): boolean {
    if (this.#expected.size === 0 && this.#owed.size === 0) return true;
    const key = eventKey(topic, payload);
    return !takeOne(this.#expected, key) && !takeOne(this.#owed, key);
  }

  #firstRemembered(): number {
    return Math.max(this.#confirmed, this.#received - mostRemembered);
  }
}

/** Whether there was one. */
function takeOne(counts: Map<string, number>, key: string): boolean {
  const count = counts.get(key);
  if (count === undefined) return false;
  if (count > 1) counts.set(key, count - 1);
  else counts.delete(key);
  return true;
}
