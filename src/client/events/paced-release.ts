import type { Subscription } from './subscription';

/** After so many events the flows get a turn to work them off, as with live events. */
export const eventsPerTurn = 256;

/** Lets subscriptions go on that were held: what has waited in them goes to the flows, one turn's share at a time for all. */
export class PacedRelease {
  readonly #releasing = new Set<Subscription>();
  #isNextTurnDue = false;

  add(subscription: Subscription): void {
    this.#releasing.add(subscription);
    this.#scheduleTurn();
  }

  /** It is to wait on. */
  remove(subscription: Subscription): void {
    this.#releasing.delete(subscription);
  }

  clear(): void {
    this.#releasing.clear();
  }

  readonly #takeTurn = (): void => {
    this.#isNextTurnDue = false;
    let left = eventsPerTurn;
    for (const subscription of this.#releasing) {
      if (left === 0) break;
      left -= subscription.release(left);
      if (!subscription.isHeld) this.#releasing.delete(subscription);
    }
    if (this.#releasing.size > 0) this.#scheduleTurn();
  };

  #scheduleTurn(): void {
    if (this.#isNextTurnDue) return;
    this.#isNextTurnDue = true;
    setImmediate(this.#takeTurn);
  }
}
