import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { EventGap } from '../../../src/client/events/port-subscriber';
import { StreamError } from '../../../src/client/mqtt/stream-error';
import { FakeBroker, FakeCredentials, refused } from '../../support/fake-broker';
import { FakeClock } from '../../support/fake-clock';
import { KeptConnection } from '../../support/kept-connection';

type Step =
  | { readonly do: 'publish'; readonly count: number }
  | { readonly do: 'pass'; readonly ms: number }
  /** Of those that are open the one opened first or last; some of its last acknowledgements have not reached the broker. */
  | { readonly do: 'cut'; readonly which: 'older' | 'newer'; readonly unacknowledged: number }
  /** The broker says no to every CONNECT for a while. */
  | { readonly do: 'refuse'; readonly ms: number }
  | { readonly do: 'deploy' }
  /** The one opened first or last is cut off without a word, which is noticed when a ping has had no answer. */
  | { readonly do: 'deafen'; readonly which: 'older' | 'newer' }
  /** The broker restarts and has lost every session. */
  | { readonly do: 'forget' };

const deafUntilMs = 45_000;

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('publish' as const), count: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 20_000 }) }),
  fc.record({
    do: fc.constant('cut' as const),
    which: fc.constantFrom('older' as const, 'newer' as const),
    unacknowledged: fc.integer({ min: 0, max: 20 }),
  }),
  fc.record({ do: fc.constant('refuse' as const), ms: fc.integer({ min: 1, max: 8_000 }) }),
  fc.constant<Step>({ do: 'deploy' }),
);

const which = fc.constantFrom('older' as const, 'newer' as const);
/** What a broker that does not keep its sessions, and a line that fails without a word, do besides. */
const unkindStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: step },
  fc.record({ do: fc.constant('deafen' as const), which }),
  fc.constant<Step>({ do: 'forget' }),
);

/** A stream on a fake broker, and the ledger of what was published, heard and told to be missing. */
class Course {
  readonly clock = new FakeClock();
  readonly broker = new FakeBroker();
  readonly #credentials: FakeCredentials;
  readonly #usual: () => Error | undefined;
  readonly #publishedMs: number[] = [];
  readonly #heard: string[] = [];
  readonly #gaps: EventGap[] = [];
  #kept: KeptConnection;

  constructor(permits: 'two connections' | 'one connection' | 'one client id') {
    const { broker, clock } = this;
    broker.clock = clock;
    this.#usual = () => (permits === 'one connection' && broker.open.length > 0 ? refused('connect') : undefined);
    broker.refusal = this.#usual;
    // A renewal every half a minute or so.
    const pinned = permits === 'one client id' ? { clientId: 'prescribed' } : {};
    this.#credentials = new FakeCredentials(clock, { lifeMs: 40_000, ...pinned });
    this.#kept = new KeptConnection(clock, { broker, credentials: this.#credentials });
  }

  async run(steps: readonly Step[]): Promise<void> {
    this.#kept.keeper.start();
    await this.clock.advance(0);
    for (const one of steps) await this.#take(one);
    await this.clock.advance(300_000);
    this.#note();
    await this.#kept.close(this.clock, false);
  }

  get balance(): { lost: readonly number[]; doubled: readonly number[]; gaps: readonly EventGap[]; open: number } {
    const counts = new Map<number, number>();
    for (const text of this.#heard) {
      const n = Number(text.replace('queued ', ''));
      counts.set(n, (counts.get(n) ?? 0) + 1);
    }
    const isTold = (ms: number): boolean => this.#gaps.some(({ from, to }) => ms >= from && ms <= to);
    const lost = [...this.#publishedMs.keys()].filter((n) => !counts.has(n) && !isTold(this.#publishedMs[n] ?? 0));
    const doubled = [...counts].filter(([, count]) => count > 1).map(([n]) => n);
    return { lost, doubled, gaps: this.#gaps, open: this.broker.open.length };
  }

  async #take(one: Step): Promise<void> {
    const { broker, clock } = this;
    const { open } = broker;
    const chosen = 'which' in one ? (one.which === 'older' ? open[0] : open.at(-1)) : undefined;
    switch (one.do) {
      case 'publish':
        for (let n = 0; n < one.count; n += 1) this.#kept.publish(String(this.#publishedMs.push(clock.now()) - 1));
        return;
      case 'pass':
        await clock.advance(one.ms);
        return;
      case 'cut':
        chosen?.cut(new StreamError('the line was cut'), one.unacknowledged);
        return;
      case 'refuse':
        broker.refusal = () => refused('upgrade');
        await clock.advance(one.ms);
        broker.refusal = this.#usual;
        return;
      case 'deafen':
        chosen?.goDeaf();
        clock.after(deafUntilMs, () => {
          if (chosen?.isOpen) chosen.cut();
        });
        return;
      case 'forget':
        broker.forget();
        for (const connection of open) connection.cut(new StreamError('the broker closed the connection'));
        return;
      case 'deploy':
        await this.#kept.close(clock, true);
        this.#note();
        this.#kept = new KeptConnection(clock, { broker, credentials: this.#credentials, memory: this.#kept.memory });
        this.#kept.keeper.start();
    }
  }

  #note(): void {
    this.#heard.push(...this.#kept.heard);
    this.#gaps.push(...this.#kept.gaps);
  }
}

describe('whatever the course of a stream', () => {
  const permits = fc.constantFrom('two connections' as const, 'one connection' as const, 'one client id' as const);

  it('nothing of QoS 1 is lost or doubled, and no gap is told of, as long as the broker keeps sessions', async function () {
    this.timeout(60_000);
    const steps = fc.array(step, { minLength: 5, maxLength: 25 });
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), permits, async (taken, isSlow, permitted) => {
        const course = new Course(permitted);
        if (isSlow) course.broker.pace = { clock: course.clock, everyMs: 100 };
        await course.run(taken);
        assert.deepEqual(course.balance, { lost: [], doubled: [], gaps: [], open: 0 });
      }),
      { numRuns: 60 },
    );
  });

  it('what is lost with a session is told of as a gap, and nothing is doubled', async function () {
    this.timeout(60_000);
    const steps = fc.array(unkindStep, { minLength: 5, maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(steps, permits, async (taken, permitted) => {
        const course = new Course(permitted);
        await course.run(taken);
        const { lost, doubled, open } = course.balance;
        assert.deepEqual({ lost, doubled, open }, { lost: [], doubled: [], open: 0 });
      }),
      { numRuns: 60 },
    );
  });
});
