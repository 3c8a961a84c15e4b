import type { ISubackPacket, ISubscribePacket } from 'mqtt-packet';
import type { Session } from '../broker/sessions';
import { remember } from '../records';
import type { GateContext } from './gate-context';
import { filterProblem, mostFiltersPerSubscribe, mostSubscriptions } from './topic-rules';

const refused = 0x80;

/** What becomes of a SUBSCRIBE. */
export type SubscribeVerdict =
  | { readonly kind: 'close'; readonly reason: string }
  | { readonly kind: 'ignore' }
  | { readonly kind: 'forward'; readonly packet: ISubscribePacket }
  | { readonly kind: 'answer'; readonly packet: ISubackPacket };

interface Pending {
  readonly filters: readonly string[];
  readonly isRefused: readonly boolean[];
  readonly mute: boolean;
}

/** The gate's part in subscribing: AWS's limits and permissions, refused filters, and what a session is subscribed to. */
export class SubscribeDesk {
  readonly #context: GateContext;
  readonly #company: string;
  readonly #session: Session;
  readonly #pending = new Map<number, Pending>();

  constructor(context: GateContext, company: string, session: Session) {
    this.#context = context;
    this.#company = company;
    this.#session = session;
  }

  judge(packet: ISubscribePacket): SubscribeVerdict {
    const filters = packet.subscriptions.map(({ topic }) => topic);
    const reason = this.#problem(filters);
    if (reason !== undefined) return { kind: 'close', reason };
    // AWS has no QoS 2 and does not answer at all.
    if (packet.subscriptions.some(({ qos }) => qos === 2)) return { kind: 'ignore' };
    const { faults } = this.#context;
    const isRefused = filters.map(
      (filter) => !this.#isPermitted(filter) || faults.strikesText('suback-refused', [filter]),
    );
    const mute = faults.strikesText('suback-never', filters);
    const messageId = packet.messageId ?? 0;
    this.#pending.set(messageId, { filters, isRefused, mute });
    const subscriptions = packet.subscriptions.filter((_, index) => !isRefused[index]);
    if (subscriptions.length > 0) return { kind: 'forward', packet: { ...packet, subscriptions } };
    const suback = this.complete({ cmd: 'suback', messageId, granted: [] });
    return suback === undefined ? { kind: 'ignore' } : { kind: 'answer', packet: suback };
  }

  /** The SUBACK for the client from the broker's; undefined where there is to be none. */
  complete(suback: ISubackPacket): ISubackPacket | undefined {
    const pending = this.#pending.get(suback.messageId ?? 0);
    this.#pending.delete(suback.messageId ?? 0);
    if (pending === undefined) return undefined;
    const given = [...suback.granted];
    const codes = pending.filters.map((_, index) => (pending.isRefused[index] ? refused : Number(given.shift())));
    for (const [index, filter] of pending.filters.entries()) {
      const code = codes[index] ?? refused;
      if (code < refused) this.#session.subscriptions.set(filter, code);
    }
    if (pending.mute) return undefined;
    const { clientId } = this.#session;
    remember(this.#context.records.subscribes, { clientId, filters: pending.filters, codes });
    return { ...suback, granted: codes };
  }

  #problem(filters: readonly string[]): string | undefined {
    if (filters.length > mostFiltersPerSubscribe) return `more than ${mostFiltersPerSubscribe} filters in a SUBSCRIBE`;
    const { faults, policy } = this.#context;
    for (const filter of filters) {
      const problem = filterProblem(filter);
      if (problem !== undefined) return problem;
      if (policy.refusal === 'close' && !this.#isPermitted(filter)) return 'not authorized to subscribe';
    }
    const pending = [...this.#pending.values()].flatMap((one) => one.filters);
    const all = new Set([...this.#session.subscriptions.keys(), ...pending, ...filters]);
    if (all.size > mostSubscriptions && !faults.isOn('silent-filters'))
      return `more than ${mostSubscriptions} subscriptions`;
    return faults.strikesText('subscribe-closes', filters) ? 'fault subscribe-closes' : undefined;
  }

  #isPermitted(filter: string): boolean {
    return this.#context.policy.maySubscribe(this.#company, filter);
  }
}
