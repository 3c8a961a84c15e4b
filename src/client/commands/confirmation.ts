import { type Action, showsValues } from '../../protocol/lamp/action';
import type { PortFollowing } from './lamp-states';

type Tree = { readonly [name: string]: unknown };

/**
 * Waits for a port's own events to show the values of an action. An event carries only what changed, so what several
 * say is taken together, the newest last.
 */
export class Confirmation {
  /** Resolves once the events can be heard: nothing may be published before. Rejects when they can't. */
  readonly ready: Promise<void>;
  /** Resolves when the events since `start` show the values. */
  readonly shown: Promise<undefined>;
  readonly #action: Action;
  readonly #following: PortFollowing;
  #resolve: (nothing: undefined) => void = () => undefined;
  #hasStarted = false;
  #events: unknown;

  constructor(action: Action, listen: (onEvent: (data: unknown) => void) => PortFollowing) {
    this.#action = action;
    this.shown = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#following = listen((data) => this.#hear(data));
    this.ready = this.#following.ready;
  }

  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  /** The action leaves: what the port has said before confirms nothing. */
  start(): void {
    this.#hasStarted = true;
  }

  end(): void {
    this.#following.end();
  }

  #hear(data: unknown): void {
    if (!this.#hasStarted) return;
    this.#events = merged(this.#events, data, 0);
    if (showsValues(this.#events, this.#action)) this.#resolve(undefined);
  }
}

/** Deeper than any port's state; what lies below is taken as it is. */
const deepestMerge = 20;

function merged(older: unknown, newer: unknown, depth: number): unknown {
  if (!isTree(older) || !isTree(newer) || depth === deepestMerge) return newer;
  const result: Record<string, unknown> = { ...older };
  for (const [name, value] of Object.entries(newer)) result[name] = merged(older[name], value, depth + 1);
  return result;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
