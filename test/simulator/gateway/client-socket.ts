import type { RawData, WebSocket } from 'ws';
import type { Faults } from '../faults';

/** After this long without the client's close frame the socket is cut. */
const closeGraceMs = 500;
/** What may wait in a slow client's socket before its events are thrown away. */
const mostBufferedBytes = 16 * 1024 * 1024;

type Stall = 'none' | 'until switched off' | 'for good';

function toBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

/** The WebSocket to one client, with the faults of the wire. */
export class ClientSocket {
  readonly #socket: WebSocket;
  readonly #faults: Faults;
  readonly #onBytes: (bytes: Buffer) => void;
  #stall: Stall = 'none';
  #passedAtMs = performance.now();
  readonly #held: (() => void)[] = [];
  #joined: Buffer[] = [];
  #joinTimer: NodeJS.Timeout | undefined;

  constructor(
    socket: WebSocket,
    faults: Faults,
    listeners: { onBytes(bytes: Buffer): void; onText(): void; onClose(): void },
  ) {
    this.#socket = socket;
    this.#faults = faults;
    this.#onBytes = listeners.onBytes;
    socket.on('message', (data: RawData, isBinary: boolean) => {
      this.#passedAtMs = performance.now();
      if (isBinary) this.#pass(() => this.#onBytes(toBuffer(data)));
      else listeners.onText();
    });
    socket.on('close', () => {
      clearTimeout(this.#joinTimer);
      listeners.onClose();
    });
    // A broken frame or a reset ends in `close`.
    socket.on('error', () => socket.terminate());
  }

  /** When something last came or went, by `performance.now()`. */
  get passedAtMs(): number {
    return this.#passedAtMs;
  }

  /** Bytes that wait because the client does not read. */
  get isFull(): boolean {
    return this.#socket.bufferedAmount > mostBufferedBytes;
  }

  send(bytes: Buffer): void {
    this.#pass(() => this.#write(bytes));
  }

  sendText(text: string): void {
    this.#pass(() => this.#socket.send(text));
  }

  /** Lets nothing through from now on, in either direction. */
  stall(forGood: boolean): void {
    if (this.#stall !== 'for good') this.#stall = forGood ? 'for good' : 'until switched off';
  }

  /** Lets through again, what was held back first; one that stalled for good stays so. */
  resume(): void {
    if (this.#stall !== 'until switched off') return;
    this.#stall = 'none';
    for (const action of this.#held.splice(0)) action();
  }

  close(code: number): void {
    this.#pass(() => {
      this.#flushJoined();
      this.#socket.close(code);
      const timer = setTimeout(() => this.#socket.terminate(), closeGraceMs);
      this.#socket.once('close', () => clearTimeout(timer));
    });
  }

  #pass(action: () => void): void {
    if (this.#stall === 'none') action();
    else this.#held.push(action);
  }

  #write(bytes: Buffer): void {
    this.#passedAtMs = performance.now();
    if (this.#faults.isOn('slice-frames')) {
      for (const byte of bytes) this.#socket.send(Buffer.of(byte));
    } else if (this.#faults.isOn('join-frames')) {
      this.#joined.push(bytes);
      const delayMs = this.#faults.strikeNumber('join-frames', 20);
      this.#joinTimer ??= setTimeout(() => this.#flushJoined(), delayMs);
    } else {
      this.#socket.send(bytes);
    }
  }

  #flushJoined(): void {
    clearTimeout(this.#joinTimer);
    this.#joinTimer = undefined;
    if (this.#joined.length > 0) this.#socket.send(Buffer.concat(this.#joined));
    this.#joined = [];
  }
}
