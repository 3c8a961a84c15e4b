import type { Logger } from '../../src';
import { secretIn } from './secrets';

/** Lines that say that all is well again: after one of them an old warning is a new one. */
const recovery = /is connected|was renewed|may be missing/;

/** Reads every log line as it is written, and keeps what no line should be. */
export class LogWatch implements Logger {
  readonly breaches: string[] = [];
  readonly #password: string;
  readonly #write: (line: string) => void;
  readonly #sinceRecovery = new Set<string>();
  #warnings = 0;

  /** `write` gets every line as well. */
  constructor(password: string, write: (line: string) => void) {
    this.#password = password;
    this.#write = write;
  }

  /** How many warnings and errors there were. */
  get warnings(): number {
    return this.#warnings;
  }

  /** From outside something changed that an account may say anew: the clock, or the account itself. */
  beginAnew(): void {
    this.#sinceRecovery.clear();
  }

  info(message: string): void {
    this.#read(message);
  }

  warn(message: string): void {
    this.#warn(message);
  }

  error(message: string): void {
    this.#warn(message);
  }

  debug(message: string): void {
    this.#read(message);
  }

  #warn(message: string): void {
    this.#warnings += 1;
    const [, text = message, count = ''] = /^(.*)( \(connections open: \d+ of \d+\))$/.exec(message) ?? [];
    const line = text.replace(/\d[\d.:TZ-]*/g, '#') + count;
    if (this.#sinceRecovery.has(line)) this.breaches.push(`said twice: ${message}`);
    this.#sinceRecovery.add(line);
    this.#read(message);
  }

  #read(message: string): void {
    this.#write(message);
    if (recovery.test(message)) this.beginAnew();
    const place = secretIn(message, [this.#password]);
    if (place !== undefined) this.breaches.push(`a secret after: ${place}…`);
  }
}
