import type { PublishLost } from '../stream/publish-channel';
import type { Clock } from '../time/clock';
import { ExpiringMap } from '../time/expiring-map';

/** After this long a quarantined topic is tried once more: a policy may have been mended. */
const quarantineMs = 10 * 60_000;
/** A refused publish closes the connection within this time. */
const quickCloseMs = 1000;
/** A topic that was alone in flight at this many quick closes, with no acknowledgement between, is quarantined. */
const closesToQuarantine = 2;
/** More suspects than anyone can try one by one; the oldest are let go. */
const mostSuspects = 1000;

/**
 * Finds the topic whose publishes make the broker close the connection. AWS IoT refuses an unauthorised publish in this
 * way, without a word, and takes everything else that was in flight down with it.
 */
export class PublishQuarantine {
  /** How often each suspected topic was the only one in flight at a quick close. */
  readonly #suspects: ExpiringMap<string, number>;
  readonly #quarantined: ExpiringMap<string>;

  constructor(clock: Clock) {
    this.#suspects = new ExpiringMap({ clock, lifeMs: Number.POSITIVE_INFINITY, most: mostSuspects });
    this.#quarantined = new ExpiringMap({ clock, lifeMs: quarantineMs });
  }

  /** Whether nothing may be published on the topic now. */
  holds(topic: string): boolean {
    return this.#quarantined.has(topic);
  }

  /** Whether a publish on the topic must be alone in flight, so that a close tells whose fault it was. */
  suspects(topic: string): boolean {
    return this.#suspects.has(topic);
  }

  acknowledged(topic: string): void {
    this.#suspects.delete(topic);
  }

  /** A publish on the topic went down with its connection. Returns whether the publish is to blame for that. */
  recordClose(topic: string, loss: PublishLost): boolean {
    if (loss.closedByUs || loss.closedAfterMs > quickCloseMs) return false;
    const closes = (this.#suspects.get(topic) ?? 0) + (loss.wasAlone ? 1 : 0);
    this.#suspects.set(topic, Math.min(closes, closesToQuarantine - 1));
    if (closes >= closesToQuarantine) this.#quarantined.set(topic, true);
    return loss.wasAlone;
  }
}
