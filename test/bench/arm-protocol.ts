/** What the bench asks of a process that receives events, and what that one answers. */
export type ArmRequest =
  | { readonly ask: 'expect'; readonly count: number }
  | { readonly ask: 'cpu' }
  | { readonly ask: 'memory' }
  | { readonly ask: 'publish'; readonly count: number };

export type ArmAnswer =
  | { readonly tell: 'ready'; readonly startedAt: number; readonly connectedAt: number }
  | { readonly tell: 'done' }
  | { readonly tell: 'cpu'; readonly microseconds: number }
  | { readonly tell: 'memory'; readonly heapBytes: number };

/** Counts what arrives and says when as many have arrived as were announced. */
export class ArrivalCounter {
  #remaining = Number.POSITIVE_INFINITY;
  #early = 0;

  arrived(): void {
    if (this.#remaining === Number.POSITIVE_INFINITY) {
      this.#early += 1;
      return;
    }
    this.#remaining -= 1;
    if (this.#remaining === 0) this.#finish();
  }

  expect(count: number): void {
    this.#remaining = count - this.#early;
    this.#early = 0;
    if (this.#remaining <= 0) this.#finish();
  }

  #finish(): void {
    this.#remaining = Number.POSITIVE_INFINITY;
    tell({ tell: 'done' });
  }
}

export function tell(answer: ArmAnswer): void {
  process.send?.(answer);
}

/** Answers the bench until it ends this process. */
export function answerRequests(counter: ArrivalCounter, publish: (count: number) => Promise<void>): void {
  process.on('message', (request: ArmRequest) => {
    switch (request.ask) {
      case 'expect':
        counter.expect(request.count);
        return;
      case 'cpu': {
        const { user, system } = process.cpuUsage();
        tell({ tell: 'cpu', microseconds: user + system });
        return;
      }
      case 'memory':
        globalThis.gc?.();
        tell({ tell: 'memory', heapBytes: process.memoryUsage().heapUsed });
        return;
      case 'publish':
        void publish(request.count).then(() => tell({ tell: 'done' }));
    }
  });
  process.on('disconnect', () => process.exit(0));
}
