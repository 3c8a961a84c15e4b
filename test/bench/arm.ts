import { type ChildProcess, fork } from 'node:child_process';
import type { ArmAnswer, ArmRequest } from './arm-protocol';

type AnswerTo<T extends ArmAnswer['tell']> = Extract<ArmAnswer, { readonly tell: T }>;

/** A process that receives events, as the bench sees it. */
export class Arm {
  readonly name: string;
  readonly #process: ChildProcess;

  constructor(name: string, program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    this.name = name;
    this.#process = fork(program, args, {
      env: { ...process.env, ...env },
      execArgv: ['--import', 'tsx', '--expose-gc'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  }

  ready(): Promise<AnswerTo<'ready'>> {
    return this.#answer('ready');
  }

  /** Resolves once as many events as announced have come. */
  async expect(count: number, start: () => void): Promise<void> {
    const done = this.#answer('done');
    this.#ask({ ask: 'expect', count });
    start();
    await done;
  }

  async publish(count: number): Promise<void> {
    const done = this.#answer('done');
    this.#ask({ ask: 'publish', count });
    await done;
  }

  /** CPU time the process has used so far, in µs. */
  async cpu(): Promise<number> {
    const answer = this.#answer('cpu');
    this.#ask({ ask: 'cpu' });
    return (await answer).microseconds;
  }

  async heapBytes(): Promise<number> {
    const answer = this.#answer('memory');
    this.#ask({ ask: 'memory' });
    return (await answer).heapBytes;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    this.#process.kill('SIGKILL');
    await ended;
  }

  #ask(request: ArmRequest): void {
    this.#process.send(request);
  }

  #answer<T extends ArmAnswer['tell']>(kind: T): Promise<AnswerTo<T>> {
    return new Promise((resolve, reject) => {
      const hear = (answer: ArmAnswer): void => {
        if (!isAnswer(answer, kind)) return;
        this.#process.off('message', hear);
        this.#process.off('exit', end);
        resolve(answer);
      };
      const end = (): void => reject(new Error(`the process of "${this.name}" ended`));
      this.#process.on('message', hear);
      this.#process.once('exit', end);
    });
  }
}

function isAnswer<T extends ArmAnswer['tell']>(answer: ArmAnswer, kind: T): answer is AnswerTo<T> {
  return answer.tell === kind;
}
