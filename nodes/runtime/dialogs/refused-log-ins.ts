import { NamedQueues } from '../../../src/client/time/call-queue';
import { systemClock } from '../../../src/client/time/clock';
import { ExpiringMap } from '../../../src/client/time/expiring-map';
import { OchnoError } from '../../../src/protocol/ochno-error';

const mostRemembered = 100;

/**
 * Refused log-ins by the values that were refused: a dialog asks often, and a platform locks an account that is logged in
 * to with a wrong password too often. Asking for one set of values goes one at a time, so that the first refusal is known
 * to those that wait.
 */
export class RefusedLogIns {
  readonly #refusals = new ExpiringMap<string, OchnoError>({
    clock: systemClock,
    lifeMs: Number.POSITIVE_INFINITY,
    most: mostRemembered,
  });
  readonly #turns = new NamedQueues();

  /**
   * What `ask` finds, or the refusal that these values met before.
   *
   * @param values tells one set of values from others
   * @param anew whether a known refusal is to be forgotten first
   */
  ask<Found>(values: string, anew: boolean, ask: () => Promise<Found>): Promise<Found> {
    if (anew) this.#refusals.delete(values);
    return this.#turns.run(values, async () => {
      const refusal = this.#refusals.get(values);
      if (refusal !== undefined) throw refusal;
      try {
        return await ask();
      } catch (error) {
        if (error instanceof OchnoError && error.code === 'OCHNO_LOGIN') this.#refusals.set(values, error);
        throw error;
      }
    });
  }
}
