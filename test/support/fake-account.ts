import type { ActionCommand } from '../../src/client/commands/action-command';
import { Actions } from '../../src/client/commands/actions';
import { OchnoError } from '../../src/protocol/ochno-error';
import { FakeClock } from './fake-clock';
import { FakePorts } from './fake-ports';
import { FakePublishChannel } from './fake-publish-channel';

export const desk = { company: 'c', location: 'l', hub: 'h', port: 'p1' };
export const shelf = { ...desk, port: 'p2' };
const tenSecondsMs = 10_000;

/** What became of one `send`. */
export interface Sent {
  /** `sent`, `replaced` or an error's code; all of them where there was more than one. */
  readonly outcomes: string[];
  readonly results: unknown[];
  error?: OchnoError;
}

/** The actions of an account on fake streams, ports and time. */
export function startActions(acknowledgesAfterMs?: number) {
  const clock = new FakeClock();
  const ports = new FakePorts();
  const channels = new Map<string, FakePublishChannel>();
  const channelOf = (company: string): FakePublishChannel => {
    const channel = channels.get(company) ?? new FakePublishChannel(clock, acknowledgesAfterMs);
    channels.set(company, channel);
    return channel;
  };
  let uses = 0;
  const useStream = (company: string) => {
    if (company === 'nowhere') throw new OchnoError('OCHNO_VALUE', 'There is no such company');
    uses += 1;
    return {
      channel: channelOf(company),
      end: () => {
        uses -= 1;
      },
    };
  };
  const actions = new Actions({ clock, ports, useStream });
  const channel = channelOf('c');

  const send = (value: unknown, command: Partial<ActionCommand> = {}): Sent => {
    const whole = { targets: [desk], command: 'lamp' as const, confirm: false, timeoutMs: tenSecondsMs };
    const sent: Sent = { outcomes: [], results: [] };
    actions.send({ ...whole, ...command, value }).then(
      (outcome) => {
        sent.outcomes.push(outcome.kind);
        if (outcome.kind === 'sent') sent.results.push(...outcome.results.map((result) => result.sent));
      },
      (error) => {
        sent.outcomes.push(error instanceof OchnoError ? error.code : String(error));
        if (error instanceof OchnoError) sent.error = error;
      },
    );
    return sent;
  };
  /** What was published on a company's stream: the last step of the topic and the device that was sent. */
  const published = (company = 'c'): readonly [string, unknown][] =>
    channelOf(company).published.map(({ topic, payload }) => [
      topic.split('/').at(-1) ?? '',
      JSON.parse(payload).data.device,
    ]);
  /** The levels that were published, in order. */
  const levels = (): readonly unknown[] =>
    channel.published.map(({ payload }) => JSON.parse(payload).data.device.lamp.level);
  /** From now on the company has a new stream. */
  const renewStream = (company: string): FakePublishChannel => {
    channels.delete(company);
    return channelOf(company);
  };
  return { clock, ports, actions, channel, renewStream, send, published, levels, uses: () => uses };
}
