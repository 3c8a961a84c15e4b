import assert from 'node:assert/strict';
import { type CompanyStream, companyStream } from '../../src/client/lanes/company-stream';
import { SessionMemory } from '../../src/client/stream/port-stream';
import { OchnoError } from '../../src/protocol/ochno-error';
import { EventLog } from './event-log';
import { type BrokerConnection, FakeBroker, FakeCredentials } from './fake-broker';
import type { FakeClock } from './fake-clock';
import { LogLines } from './log-lines';
import { steadyRandom } from './steady-random';

export const company = 'c';
export const wide = `/ports/${company}/#`;

const hubs = Array.from({ length: 6 }, (_, index) => ({ location: 'l', hub: `h${index}`, ports: ['p'] }));
const topics = hubs.map(({ location, hub }) => `/ports/${company}/${location}/${hub}/p`);

export interface LanesInTimeOptions {
  /** Of the credentials. */
  readonly lifeMs: number;
  readonly listsHubs: boolean;
  readonly random?: () => number;
}

/** The stream of a company over several connections to a fake broker, in the test's time and over deploys; events of QoS 1 and what became of them. */
export class LanesInTime {
  readonly broker = new FakeBroker();
  readonly events = new EventLog();
  readonly log = new LogLines();
  /** Whether the platform lists its hubs; if not, all is on one connection. */
  listsHubs: boolean;
  readonly #clock: FakeClock;
  readonly #credentials: FakeCredentials;
  readonly #memory = new SessionMemory();
  readonly #random: () => number;
  /** When each was published. */
  readonly #published: number[] = [];
  #stream: CompanyStream;

  constructor(clock: FakeClock, { lifeMs, listsHubs, random = steadyRandom(0.5) }: LanesInTimeOptions) {
    this.listsHubs = listsHubs;
    this.#clock = clock;
    this.#credentials = new FakeCredentials(clock, { lifeMs });
    this.#random = random;
    this.broker.clock = clock;
    this.#stream = this.#open();
  }

  /** The connections that have this filter. */
  having(filter: string): readonly BrokerConnection[] {
    return this.broker.open.filter(({ session }) => session.filters.has(filter));
  }

  get openConnections(): number {
    return this.broker.open.length;
  }

  /** Waits until so many are there. */
  async connected(count: number): Promise<void> {
    for (let step = 0; this.openConnections < count && step < 100; step += 1) await this.#clock.advance(100);
    assert.equal(this.openConnections, count);
  }

  publish(): void {
    const n = this.#published.push(this.#clock.now()) - 1;
    this.broker.publish(topics[n % topics.length] ?? '', JSON.stringify({ n }));
  }

  /** Publishes ten times a second for so long. */
  async pass(durationMs: number): Promise<void> {
    for (let ms = 0; ms < durationMs; ms += 100) {
      this.publish();
      await this.#clock.advance(100);
    }
  }

  /** Likewise until something is so. */
  async passUntil(what: string, condition: () => boolean, stepMs = 100): Promise<void> {
    for (let step = 0; !condition() && step < 3_000; step += 1) {
      if (step % Math.ceil(100 / stepMs) === 0) this.publish();
      await this.#clock.advance(stepMs);
    }
    assert.ok(condition(), what);
  }

  /** With `keepSessions` as a deploy does it; else as if nobody had used it for a while. */
  async deploy(pauseMs: number, keepSessions = true): Promise<void> {
    await this.#close(keepSessions);
    await this.#clock.advance(pauseMs);
    this.#stream = this.#open();
  }

  /** Each event has come once; or never, if that was told. */
  holds(what = ''): void {
    const counts = this.#published.map(() => 0);
    for (const { data } of this.events.events)
      counts[Number(Object(data).n)] = (counts[Number(Object(data).n)] ?? 0) + 1;
    const { gaps } = this.events;
    const isTold = (n: number): boolean => {
      const atMs = this.#published[n] ?? 0;
      return gaps.some(({ from, to }) => atMs >= from - 100 && atMs <= to + 100);
    };
    const those = (is: (count: number, n: number) => boolean): readonly number[] =>
      counts.flatMap((count, n) => (is(count, n) ? [n] : []));
    assert.deepEqual(
      { doubled: those((count) => count > 1), lost: those((count, n) => count === 0 && !isTold(n)) },
      { doubled: [], lost: [] },
      what,
    );
  }

  async end(): Promise<void> {
    await this.#close(false);
    assert.equal(this.#clock.timers, 0, 'nothing waits any more');
  }

  async #close(keepSession: boolean): Promise<void> {
    let isClosed = false;
    const closing = this.#stream.close(keepSession).then(() => {
      isClosed = true;
    });
    for (let step = 0; !isClosed && step < 100; step += 1) await this.#clock.advance(100);
    await closing;
  }

  #open(): CompanyStream {
    const clock = this.#clock;
    const stream = companyStream({
      ...{ company, streamId: 's', connections: 3, credentials: this.#credentials, dialer: this.broker },
      ...{ network: {}, keepaliveSeconds: 30, memory: this.#memory, clock, random: this.#random, log: this.log },
      readSnapshot: async () => [],
      readHubs: async () => {
        if (!this.listsHubs) throw new OchnoError('OCHNO_HTTP', 'not now');
        return hubs;
      },
      ...{ onStatus: () => undefined, onGap: () => undefined },
    });
    stream.start();
    stream.subscribe({ company }, this.events);
    return stream;
  }
}
