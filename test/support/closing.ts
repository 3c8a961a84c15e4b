/** What a test opened, closed after it in reverse order even where it failed: `afterEach(() => opened.close())`. */
export class Opened {
  readonly #ends: (() => unknown)[] = [];

  /** Keeps something to be closed and gives it back. */
  add<T extends { close(): unknown }>(thing: T): T {
    this.#ends.push(() => thing.close());
    return thing;
  }

  async close(): Promise<void> {
    for (const end of this.#ends.splice(0).reverse()) await end();
  }
}
