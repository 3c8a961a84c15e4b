import type { Logger } from './logger';
import type { Clock } from './time/clock';

/** What the client takes from where it runs, handed in so that tests can turn time and know chance. */
export interface Surroundings {
  readonly clock: Clock;
  /** Random numbers from 0 to below 1. */
  readonly random: () => number;
  readonly log: Logger;
}
