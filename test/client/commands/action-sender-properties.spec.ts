import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ActionSender } from '../../../src/client/commands/action-sender';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { FakeClock, settle } from '../../support/fake-clock';
import { FakePublishChannel, mostInOneSecond } from '../../support/fake-publish-channel';

type Step =
  | { do: 'submit'; topic: string; properties: string[]; timeoutMs: number; owner: number; isReadyAfterMs: number }
  | { do: 'burst'; count: number }
  | { do: 'answer'; which: number }
  | { do: 'lose' | 'open' }
  | { do: 'abort'; owner: number }
  | { do: 'wait'; ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('submit' as const),
      topic: fc.constantFrom('a', 'b', 'c'),
      properties: fc.subarray(['level', 'temp', 'red'], { minLength: 1 }),
      timeoutMs: fc.integer({ min: 1, max: 8_000 }),
      owner: fc.nat(2),
      isReadyAfterMs: fc.constantFrom(0, 0, 0, 300),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('burst' as const), count: fc.integer({ min: 1, max: 130 }) }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant('answer' as const), which: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('lose' as const, 'open' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('abort' as const), owner: fc.nat(2) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 2_500 }) }) },
);

interface Submitted {
  readonly number: number;
  readonly topic: string;
  readonly properties: readonly string[];
  readonly deadlineMs: number;
  readonly outcomes: string[];
}

/** Runs the steps against a fresh sender, closes it at last, and returns all there is to judge by. */
async function run(steps: readonly Step[]) {
  const clock = new FakeClock();
  const channel = new FakePublishChannel(clock);
  const sender = new ActionSender({ channel, clock });
  const submitted: Submitted[] = [];
  let owners = [0, 1, 2].map(() => new AbortController());

  const submit = (topic: string, properties: string[], timeoutMs: number, owner: number, isReadyAfterMs: number) => {
    const number = submitted.length;
    const deadlineMs = clock.monotonicMs() + timeoutMs;
    const submission: Submitted = { number, topic, properties, deadlineMs, outcomes: [] };
    submitted.push(submission);
    const ready = isReadyAfterMs === 0 ? undefined : new Promise<void>((done) => clock.after(isReadyAfterMs, done));
    const signal = owners[owner]?.signal;
    sender.submit({ topic, properties, payload: `${number}`, deadlineMs, signal, ready }).then(
      (outcome) => submission.outcomes.push(outcome),
      (error) => submission.outcomes.push(error instanceof OchnoError ? error.code : String(error)),
    );
  };
  const takeStep = async (step: Step): Promise<void> => {
    switch (step.do) {
      case 'submit':
        return submit(step.topic, step.properties, step.timeoutMs, step.owner, step.isReadyAfterMs);
      case 'burst':
        for (let count = 0; count < step.count; count += 1) submit(`burst ${count}`, ['level'], 4_000, 0, 0);
        return undefined;
      case 'answer':
        channel.inFlight[step.which]?.acknowledge();
        return settle();
      case 'lose':
        channel.lose();
        return settle();
      case 'open':
        return channel.open();
      case 'abort':
        owners[step.owner]?.abort();
        owners = owners.map((owner) => (owner.signal.aborted ? new AbortController() : owner));
        return settle();
      case 'wait':
        return clock.advance(step.ms);
    }
  };
  for (const each of steps) await takeStep(each);
  const closed = sender.close();
  await clock.advance(1_000);
  await closed;
  await settle();
  return { clock, channel, submitted };
}

describe('ActionSender, whatever happens', () => {
  it('gives one outcome each, keeps the pace, sends nothing late or twice, and ends with the newest values', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
        const { clock, channel, submitted } = await run(steps);
        assert.equal(clock.timers, 0, 'a timer is left');
        for (const { number, outcomes } of submitted) assert.equal(outcomes.length, 1, `outcomes of ${number}`);
        assert.ok(mostInOneSecond(channel.published.map(({ atMs }) => atMs)) <= 100, 'too many a second');

        const numbers = channel.published.map(({ payload }) => Number(payload));
        assert.equal(new Set(numbers).size, numbers.length, 'something was sent twice');
        const latest = new Map<string, number>();
        for (const { payload, atMs } of channel.published) {
          const { number, topic, properties, deadlineMs, outcomes } = submitted[Number(payload)] ?? assert.fail();
          assert.ok(atMs < deadlineMs, `${number} was sent late`);
          assert.notEqual(outcomes[0], 'replaced', `${number} was sent and replaced`);
          for (const property of properties) {
            const key = `${topic} ${property}`;
            assert.ok((latest.get(key) ?? -1) < number, `${number} came after a newer one`);
            latest.set(key, number);
          }
        }
        for (const { number, topic, properties, outcomes } of submitted) {
          if (outcomes[0] !== 'replaced') continue;
          const isCovered = submitted.some(
            (newer) =>
              newer.number > number &&
              newer.topic === topic &&
              properties.every((property) => newer.properties.includes(property)),
          );
          assert.ok(isCovered, `${number} was replaced by nothing`);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('sends the newest value of every property once there is a connection and time', async () => {
    const submission = fc.record({
      topic: fc.constantFrom('a', 'b'),
      properties: fc.subarray(['level', 'temp', 'red'], { minLength: 1 }),
      isOpen: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(submission, { maxLength: 40 }), async (submissions) => {
        const clock = new FakeClock();
        const channel = new FakePublishChannel(clock, 10);
        const sender = new ActionSender({ channel, clock });
        const wanted = new Map<string, number>();
        const all = submissions.map(({ topic, properties, isOpen }, number) => {
          if (isOpen) channel.open();
          else channel.isOpen = false;
          for (const property of properties) wanted.set(`${topic} ${property}`, number);
          return sender.submit({ topic, properties, payload: `${number}`, deadlineMs: 60_000 });
        });
        channel.open();
        await clock.advance(2_000);
        await Promise.all(all);
        const lamp = new Map<string, number>();
        for (const { topic, payload } of channel.published) {
          for (const property of submissions[Number(payload)]?.properties ?? []) {
            lamp.set(`${topic} ${property}`, Number(payload));
          }
        }
        assert.deepEqual(new Map([...lamp].sort()), new Map([...wanted].sort()));
      }),
    );
  });
});
