import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { BrokerAnswer, BrokerRequest } from './broker-protocol';

type AnswerTo<T extends BrokerAnswer['tell']> = Extract<BrokerAnswer, { readonly tell: T }>;

/** No SUBACK leaves for so long after the last one. */
const quietMs = 400;

/** The broker's process, as the bench sees it. */
export class BenchBroker {
  readonly #process: ChildProcess;
  readonly port: number;
  readonly tcpPort: number;
  /** Whom to trust of its connections over TLS, PEM. */
  readonly authority: string;

  private constructor(process: ChildProcess, { port, tcpPort, authority }: AnswerTo<'listening'>) {
    this.#process = process;
    this.port = port;
    this.tcpPort = tcpPort;
    this.authority = authority;
  }

  static async start(): Promise<BenchBroker> {
    const process = fork(join(__dirname, 'broker.ts'), {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    return new BenchBroker(process, await answerOf(process, 'listening'));
  }

  /** As fast as they are taken, or so many a second. */
  publish(company: string, topics: number, count: number, qos: 0 | 1, perSecond?: number): void {
    this.#ask({ ask: 'publish', company, topics, count, qos, perSecond });
  }

  /** When the last SUBACK left for this company's arm, once none follows any more. */
  async lastSubackAt(company: string): Promise<number> {
    for (let seen = -1; ; ) {
      const answer = answerOf(this.#process, 'last SUBACK');
      this.#ask({ ask: 'last SUBACK', company });
      const { atMs } = await answer;
      if (atMs === seen) return atMs;
      seen = atMs;
      await delay(quietMs);
    }
  }

  stop(): void {
    this.#process.disconnect();
  }

  #ask(request: BrokerRequest): void {
    this.#process.send(request);
  }
}

function answerOf<T extends BrokerAnswer['tell']>(broker: ChildProcess, kind: T): Promise<AnswerTo<T>> {
  return new Promise((resolve, reject) => {
    const end = (): void => reject(new Error('the broker ended'));
    broker.once('exit', end);
    broker.once('message', (answer: BrokerAnswer) => {
      broker.off('exit', end);
      if (isAnswer(answer, kind)) resolve(answer);
      else reject(new Error(`the broker told of "${answer.tell}" instead of "${kind}"`));
    });
  });
}

function isAnswer<T extends BrokerAnswer['tell']>(answer: BrokerAnswer, kind: T): answer is AnswerTo<T> {
  return answer.tell === kind;
}
