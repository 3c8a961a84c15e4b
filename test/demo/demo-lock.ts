import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** Where an open demo is to be seen. */
export interface OpenDemo {
  readonly editor: string;
  readonly building: string;
}

interface Holder extends Partial<OpenDemo> {
  readonly pid: number;
}

const lookAgainMs = 250;
/** Building and starting takes less, on any computer. */
const slowestOpeningMs = 10 * 60_000;
const answerMs = 2_000;

/** Sees to it that one demo at a time lives in a directory: a file that names the process, and where it is open. */
export class DemoLock {
  readonly #file: string;

  private constructor(file: string) {
    this.#file = file;
  }

  /**
   * Takes a directory for this process, or says where a demo is open there. One that is just being opened is waited for.
   *
   * @param onWait called once where it has to wait
   */
  static async take(directory: string, onWait: () => void): Promise<DemoLock | OpenDemo> {
    const lock = new DemoLock(join(directory, 'demo-open.json'));
    await mkdir(directory, { recursive: true });
    let tellsWaiting = onWait;
    while (!(await lock.#create())) {
      const holder = await lock.#read();
      if (holder === undefined) continue;
      if (!(await lock.#isAlive(holder))) {
        await rm(lock.#file, { force: true });
        continue;
      }
      const { editor, building } = holder;
      if (editor !== undefined && building !== undefined) return { editor, building };
      tellsWaiting();
      tellsWaiting = () => undefined;
      await delay(lookAgainMs);
    }
    return lock;
  }

  /** Tells others where the demo is open. */
  async tell(open: OpenDemo): Promise<void> {
    await this.#write({ pid: process.pid, ...open }, (file) => rename(file, this.#file));
  }

  async release(): Promise<void> {
    await rm(this.#file, { force: true });
  }

  /** Whether the file could be made: a link is there at once with all it says, or not at all. */
  async #create(): Promise<boolean> {
    try {
      await this.#write({ pid: process.pid }, (file) => link(file, this.#file));
      return true;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
      throw error;
    }
  }

  async #write(holder: Holder, put: (file: string) => Promise<void>): Promise<void> {
    const draft = `${this.#file}.${process.pid}`;
    await writeFile(draft, JSON.stringify(holder));
    try {
      await put(draft);
    } finally {
      await rm(draft, { force: true });
    }
  }

  async #read(): Promise<Holder | undefined> {
    try {
      return JSON.parse(await readFile(this.#file, 'utf8'));
    } catch (error) {
      // It was released in the meantime; any other file by this name holds nothing for us.
      if (error instanceof SyntaxError) return { pid: Number.NaN };
      return undefined;
    }
  }

  /** A process of that number may be another one by now: its demo has to answer, or to be young. */
  async #isAlive({ pid, building }: Holder): Promise<boolean> {
    if (!isRunning(pid)) return false;
    if (building !== undefined) return answers(building);
    const { mtimeMs } = await stat(this.#file).catch(() => ({ mtimeMs: 0 }));
    return Date.now() - mtimeMs < slowestOpeningMs;
  }
}

function isRunning(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is one that runs.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** One that takes the connection and says nothing is there all the same: held by Ctrl-Z, or busy. */
function answers(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(answerMs) }).then(
    ({ ok }) => ok,
    (error: unknown) => error instanceof Error && error.name === 'TimeoutError',
  );
}
