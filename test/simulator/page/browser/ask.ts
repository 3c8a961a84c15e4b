/** Asks the building for something a person could do; rejects with the building's own words. */
export async function ask(path: string, body: object = {}): Promise<void> {
  const answer = await fetch(`building/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (answer.ok) return;
  const problem: unknown = await answer.json().catch(() => undefined);
  const isWorded = typeof problem === 'object' && problem !== null && 'message' in problem;
  throw new Error(isWorded ? String(problem.message) : `The building answered ${answer.status}`);
}

/** Sends the newest of what comes faster than it is answered, one at a time. */
export class NewestFirst {
  readonly #send: (body: object) => Promise<void>;
  #waiting: object | undefined;
  #isBusy = false;

  /** @param send must not reject */
  constructor(send: (body: object) => Promise<void>) {
    this.#send = send;
  }

  push(body: object): void {
    this.#waiting = body;
    if (!this.#isBusy) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isBusy = true;
    for (let next = this.#waiting; next !== undefined; next = this.#waiting) {
      this.#waiting = undefined;
      await this.#send(next);
    }
    this.#isBusy = false;
  }
}
