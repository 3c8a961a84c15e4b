/** What decides whether one command makes another superfluous. */
export interface PortSetting {
  readonly topic: string;
  /** Dotted names of the properties it sets on its port. */
  readonly properties: readonly string[];
}

/** Whether setting `newer` properties leaves nothing of `older`. What sets no known property is never superfluous. */
export function coversProperties(newer: readonly string[], older: readonly string[]): boolean {
  const set = new Set(newer);
  return older.length > 0 && older.every((property) => set.has(property));
}

function sharesProperty(command: PortSetting, others: readonly PortSetting[]): boolean {
  const set = new Set(command.properties);
  return others.some((other) => other.properties.some((property) => set.has(property)));
}

/**
 * Commands that wait to leave, in order. A newer command takes the place of those that it makes superfluous, so that a
 * port which is set again and again is not sent to the end of the queue each time.
 */
export class WaitingCommands<Command extends PortSetting> implements Iterable<Command> {
  /** Commands by place; the order of the places is the order of the queue. */
  readonly #places = new Map<number, Command>();
  readonly #placeOf = new Map<Command, number>();
  readonly #byTopic = new Map<string, Set<Command>>();
  #nextPlace = 0;

  get size(): number {
    return this.#places.size;
  }

  *[Symbol.iterator](): Iterator<Command> {
    yield* this.#places.values();
  }

  onTopic(topic: string): readonly Command[] {
    return [...(this.#byTopic.get(topic) ?? [])];
  }

  /** Lets a command wait. Returns the commands it replaces, which wait no longer. */
  add(command: Command): readonly Command[] {
    const others = this.onTopic(command.topic);
    const replaced = others.filter((other) => coversProperties(command.properties, other.properties));
    const stays = others.filter((other) => !replaced.includes(other));
    // Where one that stays sets one of the same properties, only the end of the queue is surely after it.
    const [first] = sharesProperty(command, stays) ? [] : replaced;
    const place = (first && this.#placeOf.get(first)) ?? this.#nextPlace++;
    for (const other of replaced) {
      // Setting a key that is there keeps its position in the map; deleting it first would not.
      if (other !== first) this.remove(other);
      else this.#forget(other);
    }
    this.#places.set(place, command);
    this.#placeOf.set(command, place);
    const onTopic = this.#byTopic.get(command.topic);
    if (onTopic === undefined) this.#byTopic.set(command.topic, new Set([command]));
    else onTopic.add(command);
    return replaced;
  }

  remove(command: Command): void {
    const place = this.#placeOf.get(command);
    if (place === undefined) return;
    this.#places.delete(place);
    this.#forget(command);
  }

  #forget(command: Command): void {
    this.#placeOf.delete(command);
    const onTopic = this.#byTopic.get(command.topic);
    onTopic?.delete(command);
    if (onTopic?.size === 0) this.#byTopic.delete(command.topic);
  }
}
