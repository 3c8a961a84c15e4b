import type { PendingSubmission } from './submission';

/** Something that goes on at a port until it ends or a newer command makes it superfluous. One that is in flight can't be called back, and is none of these. */
export interface CommandAtPort {
  /** Dotted names of the properties that it is still to set, to move or to see confirmed. */
  readonly properties: readonly string[];
  /** A newer command has made it superfluous. */
  replace(): void;
  /** A newer command sets these properties, which leaves it something to do. */
  narrow?(properties: readonly string[]): void;
}

/**
 * Whether a command has nothing left to do at its port once a newer one sets these properties: all of its own. What sets no
 * known property is never superfluous.
 */
export function isSuperfluous({ properties }: Pick<CommandAtPort, 'properties'>, newer: ReadonlySet<string>): boolean {
  return properties.length > 0 && properties.every((property) => newer.has(property));
}

/** What goes on at which port, and in which order the commands came, so that a newer one ends what is older. */
export class CommandRegister {
  readonly #byTopic = new Map<string, Map<CommandAtPort, number>>();
  #lastArrival = 0;

  /** A number for a command that has just come; later ones get higher numbers. */
  arrive(): number {
    this.#lastArrival += 1;
    return this.#lastArrival;
  }

  /** Holds what goes on at a port for a command of this arrival number, until the function returned is called. */
  enter(topic: string, arrival: number, command: CommandAtPort): () => void {
    const here = this.#byTopic.get(topic) ?? new Map();
    this.#byTopic.set(topic, here.set(command, arrival));
    return () => {
      if (here.delete(command) && here.size === 0) this.#byTopic.delete(topic);
    };
  }

  /** The command of this arrival number sets these properties: ends what those that came before it have left to do. */
  supersede(topic: string, arrival: number, properties: readonly string[]): void {
    const here = this.#byTopic.get(topic);
    if (here === undefined) return;
    const newer = new Set(properties);
    for (const [command, arrivedAs] of [...here]) {
      if (arrivedAs >= arrival) continue;
      if (isSuperfluous(command, newer)) command.replace();
      else command.narrow?.(properties);
    }
  }
}

/**
 * The submissions of one company that wait to leave, in order. A newer one takes the place of those that it makes superfluous, so that a
 * port which is set again and again is not sent to the end of the queue each time.
 */
export class WaitingQueue implements Iterable<PendingSubmission> {
  /** Submissions by place; the order of the places is the order of the queue. */
  readonly #places = new Map<number, PendingSubmission>();
  /** By topic the submissions there and their places. */
  readonly #byTopic = new Map<string, Map<PendingSubmission, number>>();
  #nextPlace = 0;

  get size(): number {
    return this.#places.size;
  }

  [Symbol.iterator](): Iterator<PendingSubmission> {
    return this.#places.values();
  }

  onTopic(topic: string): readonly PendingSubmission[] {
    return [...(this.#byTopic.get(topic)?.keys() ?? [])];
  }

  /** Lets a submission wait. Returns those it replaces, which wait no longer. */
  add(submission: PendingSubmission): readonly PendingSubmission[] {
    const { topic, properties } = submission;
    const here = this.#byTopic.get(topic) ?? new Map<PendingSubmission, number>();
    const newer = new Set(properties);
    const others = [...here.keys()];
    const replaced = others.filter((other) => isSuperfluous(other, newer));
    const stays = others.filter((other) => !replaced.includes(other));
    // Where one that stays sets one of the same properties, only the end of the queue is surely after it.
    const mustBeLast = stays.some((other) => other.properties.some((property) => newer.has(property)));
    const [first] = mustBeLast ? [] : replaced;
    const place = (first && here.get(first)) ?? this.#nextPlace++;
    for (const other of replaced) {
      // Setting a key that is there keeps its position in the map; deleting it first would not.
      if (other !== first) this.remove(other);
    }
    if (first !== undefined) here.delete(first);
    this.#places.set(place, submission);
    this.#byTopic.set(topic, here.set(submission, place));
    return replaced;
  }

  remove(submission: PendingSubmission): void {
    const here = this.#byTopic.get(submission.topic);
    const place = here?.get(submission);
    if (here === undefined || place === undefined) return;
    this.#places.delete(place);
    here.delete(submission);
    if (here.size === 0) this.#byTopic.delete(submission.topic);
  }
}
