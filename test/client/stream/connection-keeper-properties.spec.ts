import assert from 'node:assert/strict';
import fc from 'fast-check';
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
  | { readonly do: 'deploy' };

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

describe('whatever the course of a stream', () => {
  it('nothing of QoS 1 is lost or doubled, and no gap is told of, as long as the broker keeps sessions', async function () {
    this.timeout(60_000);
    const course = fc.record({
      steps: fc.array(step, { minLength: 5, maxLength: 25 }),
      isSlow: fc.boolean(),
      permits: fc.constantFrom('two connections' as const, 'one connection' as const, 'one client id' as const),
    });
    await fc.assert(
      fc.asyncProperty(course, async ({ steps, isSlow, permits }) => {
        const clock = new FakeClock();
        const broker = new FakeBroker();
        if (isSlow) broker.pace = { clock, everyMs: 100 };
        const usual = (): Error | undefined =>
          permits === 'one connection' && broker.open.length > 0 ? refused('connect') : undefined;
        broker.refusal = usual;
        // A renewal every half a minute or so.
        const pinned = permits === 'one client id' ? { clientId: 'prescribed' } : {};
        const credentials = new FakeCredentials(clock, { lifeMs: 40_000, ...pinned });
        let kept = new KeptConnection(clock, { broker, credentials });
        const heard: string[] = [];
        let published = 0;
        kept.keeper.start();
        await clock.advance(0);
        for (const one of steps) {
          if (one.do === 'publish') {
            for (let n = 0; n < one.count; n += 1) kept.publish(String(published++));
          } else if (one.do === 'pass') {
            await clock.advance(one.ms);
          } else if (one.do === 'cut') {
            const { open } = broker;
            (one.which === 'older' ? open[0] : open.at(-1))?.cut(
              new StreamError('the line was cut'),
              one.unacknowledged,
            );
          } else if (one.do === 'refuse') {
            broker.refusal = () => refused('upgrade');
            await clock.advance(one.ms);
            broker.refusal = usual;
          } else {
            await kept.close(clock, true);
            heard.push(...kept.heard);
            kept = new KeptConnection(clock, { broker, credentials, memory: kept.memory });
            kept.keeper.start();
          }
        }
        await clock.advance(300_000);
        heard.push(...kept.heard);
        const { gaps } = kept;
        await kept.close(clock, false);
        const numbers = heard.map((text) => Number(text.replace('queued ', ''))).sort((one, other) => one - other);
        const counts = new Map<number, number>();
        for (const n of numbers) counts.set(n, (counts.get(n) ?? 0) + 1);
        const lost = [...Array(published).keys()].filter((n) => !counts.has(n));
        const doubled = [...counts].filter(([, count]) => count > 1).map(([n]) => n);
        assert.deepEqual(
          { lost, doubled, gaps, open: broker.open.length },
          { lost: [], doubled: [], gaps: [], open: 0 },
        );
      }),
      { numRuns: 60 },
    );
  });
});
