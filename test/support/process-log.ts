import type { ChildProcess } from 'node:child_process';

/** What a process writes, to be waited for. */
export class ProcessLog {
  text = '';
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>;
  readonly #waiting = new Set<() => void>();
  #hasEnded = false;

  constructor(child: ChildProcess) {
    const add = (bytes: Buffer): void => {
      this.text += bytes.toString();
      this.#look();
    };
    child.stdout?.on('data', add);
    child.stderr?.on('data', add);
    this.ended = new Promise((resolve) => {
      const end = (code: number | null): void => {
        this.#hasEnded = true;
        resolve(code);
        this.#look();
      };
      child.once('close', end);
      child.once('error', (error) => {
        this.text += `${error.message}\n`;
        end(null);
      });
    });
  }

  /** Resolves once the log matches; rejects, with the log, when the process ends first or the time is over. */
  matches(pattern: RegExp, patienceMs = 60_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (outcome: () => void): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        outcome();
      };
      const giveUp = (why: string): void => settle(() => reject(new Error(`${why} ${pattern}:\n${this.text}`)));
      const look = (): void => {
        if (pattern.test(this.text)) settle(resolve);
        else if (this.#hasEnded) giveUp('The process ended before its log showed');
      };
      const timer = setTimeout(() => giveUp('The process did not log'), patienceMs);
      this.#waiting.add(look);
      look();
    });
  }

  #look(): void {
    for (const look of [...this.#waiting]) look();
  }
}
