import assert from 'node:assert/strict';
import { ActionSender } from '../../src/client/commands/action-sender';
import type { Submission } from '../../src/client/commands/submission';
import { OchnoError } from '../../src/protocol/ochno-error';
import { FakeClock } from './fake-clock';
import { FakePublishChannel } from './fake-publish-channel';

/** A sender on a fake stream, and a record of what became of each submission under its payload. */
export function startSender(options: { acknowledgesAfterMs?: number; isOpen?: boolean } = {}) {
  const clock = new FakeClock();
  const channel = new FakePublishChannel(clock, options.acknowledgesAfterMs);
  channel.isOpen = options.isOpen ?? true;
  const sender = new ActionSender({ channel, clock });
  const outcomes = new Map<string, string>();
  const errors = new Map<string, OchnoError>();
  const submit = (payload: string, submission: Partial<Submission> = {}): void => {
    const whole = { topic: '/action/c/l/h/p1', properties: ['lamp.level'], deadlineMs: clock.monotonicMs() + 30_000 };
    const end = (outcome: string): void => {
      outcomes.set(payload, outcomes.has(payload) ? `${outcomes.get(payload)} and ${outcome}` : outcome);
    };
    sender.submit({ ...whole, ...submission, payload }).then(end, (error) => {
      assert.ok(error instanceof OchnoError, String(error));
      errors.set(payload, error);
      end(error.code);
    });
  };
  const payloads = (): string => channel.published.map(({ payload }) => payload).join(' ');
  return { clock, channel, sender, submit, outcomes, errors, payloads };
}
