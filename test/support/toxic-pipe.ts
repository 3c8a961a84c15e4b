import type { Socket } from 'node:net';

/** What a line does to the bytes on it. Without any of these it passes them on as they come. */
export interface Toxics {
  /** Nothing passes; what was sent waits until this is off. The sockets stay open. */
  readonly blackHole?: boolean;
  /** Passes at most so many bytes at a time. */
  readonly sliceBytes?: number;
  /** Everything arrives this much later. */
  readonly delayMs?: number;
  /** No more than this passes in a second. */
  readonly bytesPerSecond?: number;
  /** After so many bytes, counted from when this was set, the line is reset. */
  readonly limitBytes?: number;
}

/** One direction of a proxied connection. */
export class ToxicPipe {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #spent: () => void;
  readonly #waiting: { readonly bytes: Buffer; readonly dueMs: number }[] = [];
  #toxics: Toxics;
  #left: number;
  #busy = false;
  #ended = false;
  #timer: NodeJS.Timeout | undefined;

  /** `spent` is called when `limitBytes` have passed. */
  constructor(from: Socket, to: Socket, toxics: Toxics, spent: () => void) {
    this.#from = from;
    this.#to = to;
    this.#toxics = toxics;
    this.#left = toxics.limitBytes ?? Number.POSITIVE_INFINITY;
    this.#spent = spent;
    from.on('data', (bytes) => {
      this.#waiting.push({ bytes: Buffer.from(bytes), dueMs: performance.now() + (this.#toxics.delayMs ?? 0) });
      // A slow line does not make the sender's bytes vanish into our memory: it makes the sender wait.
      if (this.#toxics.bytesPerSecond !== undefined) from.pause();
      this.#pump();
    });
    from.on('end', () => {
      this.#ended = true;
      this.#pump();
    });
  }

  set toxics(toxics: Toxics) {
    if (toxics.limitBytes !== this.#toxics.limitBytes) this.#left = toxics.limitBytes ?? Number.POSITIVE_INFINITY;
    this.#toxics = toxics;
    this.#pump();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#waiting.length = 0;
    this.#ended = false;
  }

  /** Passes on what may pass now. */
  #pump(): void {
    for (;;) {
      if (this.#busy || this.#toxics.blackHole) return;
      const first = this.#waiting.shift();
      if (first === undefined) break;
      const waitMs = first.dueMs - performance.now();
      if (waitMs > 0) {
        this.#waiting.unshift(first);
        this.#pause(waitMs);
        return;
      }
      const slice = first.bytes.subarray(0, Math.min(this.#left, this.#most(first.bytes.length)));
      const rest = first.bytes.subarray(slice.length);
      if (rest.length > 0) this.#waiting.unshift({ bytes: rest, dueMs: first.dueMs });
      this.#write(slice);
    }
    if (this.#from.isPaused() && !this.#from.destroyed) this.#from.resume();
    if (this.#ended && !this.#to.destroyed) this.#to.end();
  }

  #most(length: number): number {
    const { bytesPerSecond, sliceBytes = length } = this.#toxics;
    // A throttled line passes a twentieth of its bandwidth every twentieth of a second.
    return bytesPerSecond === undefined ? sliceBytes : Math.max(1, Math.floor(bytesPerSecond / 20));
  }

  #write(slice: Buffer): void {
    this.#left -= slice.length;
    if (!this.#to.destroyed) this.#to.write(slice);
    const { bytesPerSecond, sliceBytes } = this.#toxics;
    if (this.#left <= 0) this.#spent();
    else if (bytesPerSecond !== undefined) this.#pause((1000 * slice.length) / bytesPerSecond);
    // Each slice gets a turn of its own, or the kernel would join them again.
    else if (sliceBytes !== undefined) this.#pause(0);
  }

  #pause(waitMs: number): void {
    this.#busy = true;
    const goOn = (): void => {
      this.#busy = false;
      this.#pump();
    };
    if (waitMs === 0) setImmediate(goOn);
    else this.#timer = setTimeout(goOn, waitMs);
  }
}
