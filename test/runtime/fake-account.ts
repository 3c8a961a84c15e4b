import type { Account } from '../../nodes/runtime/account/shared-account';
import type { ActionCommand, ActionOutcome } from '../../src/client/commands/action-command';
import type { PortSubscriber } from '../../src/client/events/port-subscriber';
import { PlatformLists } from '../../src/client/lists/platform-lists';
import { silentLogger } from '../../src/client/logger';
import type { ResourceCall, RestRequest, RestResponse } from '../../src/client/rest/rest-request';
import type { ConnectionStatus, StreamVitals } from '../../src/client/stream/stream-status';
import { systemClock } from '../../src/client/time/clock';
import { OchnoError } from '../../src/protocol/ochno-error';
import { actionTopic, type PortAddress, type PortSelector, portTopic } from '../../src/protocol/topics/address';

interface Subscription {
  readonly selector: PortSelector;
  readonly subscriber: PortSubscriber;
}

/** An account that does nothing of itself: it records what it is asked and says what a test has it say. */
export class FakeAccount implements Account {
  readonly company: string | undefined;
  readonly subscriptions = new Set<Subscription>();
  readonly followed: PortAddress[] = [];
  readonly used: (string | undefined)[] = [];
  readonly sent: ActionCommand[] = [];
  readonly identified: PortAddress[] = [];
  readonly calls: ResourceCall[] = [];
  readonly requests: RestRequest[] = [];
  readonly closed: (boolean | undefined)[] = [];
  /** The real reader of lists, over `answerRequest`. */
  readonly lists = new PlatformLists({
    request: (request) => this.request(request),
    clock: systemClock,
    random: Math.random,
    log: silentLogger,
  });
  readonly #listeners = new Set<() => void>();
  readonly #statuses = new Map<string | undefined, ConnectionStatus>();

  commandTally(): { readonly sent: number; readonly waiting: number; readonly failed: number } {
    return { sent: this.sent.length, waiting: 0, failed: 0 };
  }

  vitals(): readonly StreamVitals[] {
    return [];
  }

  constructor(company?: string) {
    this.company = company;
  }

  /** Replaced by tests. */
  answerSend = async (command: ActionCommand): Promise<ActionOutcome> => ({
    kind: 'sent',
    results: command.targets.map((address) => ({ address, topic: actionTopic(address), sent: command.value })),
  });
  answerCall = async (_call: ResourceCall): Promise<RestResponse> => ({
    statusCode: 200,
    headers: { 'content-type': 'application/json' },
    body: [{ id: 'r2d2i5b43' }],
    method: 'GET',
    path: '/api/companies',
  });
  answerRequest = async ({ method, path }: RestRequest): Promise<RestResponse> => ({
    statusCode: 200,
    headers: {},
    body: path === '/api/companies' ? [{ id: 'r2d2i5b43' }, { id: 'a11iNc3p0' }] : [],
    method,
    path,
  });
  answerIdentify = async (): Promise<boolean> => true;
  answerClose = async (): Promise<void> => undefined;

  /** Has the platform answer with these lists, by their names; all others are empty. */
  answerLists(lists: Readonly<Record<string, unknown>>): void {
    this.answerRequest = async ({ method, path }) => {
      const body = lists[path.replace('/api/', '')] ?? [];
      return { statusCode: 200, headers: {}, body, method, path };
    };
  }

  get listenerCount(): number {
    return this.#listeners.size;
  }

  send(command: ActionCommand): Promise<ActionOutcome> {
    this.sent.push(command);
    return this.answerSend(command);
  }

  call(call: ResourceCall): Promise<RestResponse> {
    this.calls.push(call);
    return this.answerCall(call);
  }

  request(request: RestRequest): Promise<RestResponse> {
    this.requests.push(request);
    return this.answerRequest(request);
  }

  subscribe(selector: PortSelector, subscriber: PortSubscriber): () => void {
    const subscription = { selector, subscriber };
    this.subscriptions.add(subscription);
    return () => this.subscriptions.delete(subscription);
  }

  async identify(address: PortAddress): Promise<boolean> {
    this.identified.push(address);
    return this.answerIdentify();
  }

  follow(address: PortAddress): () => void {
    portTopic(address);
    return recordIn(this.followed, address);
  }

  use(company?: string): () => void {
    return recordIn(this.used, company);
  }

  status(company?: string): ConnectionStatus {
    return this.#statuses.get(company) ?? { state: 'unused' };
  }

  onStatus(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(options: { readonly keepSessions?: boolean } = {}): Promise<void> {
    this.lists.close();
    this.closed.push(options.keepSessions);
    return this.answerClose();
  }

  setStatus(status: ConnectionStatus, company?: string): void {
    this.#statuses.set(company, status);
    for (const listener of [...this.#listeners]) listener();
  }

  /** An event of that port for every subscriber, whatever it selects. */
  emit(address: PortAddress, data: unknown, kind: 'event' | 'snapshot' = 'event'): void {
    const topic = portTopic(address);
    for (const { subscriber } of this.subscriptions) {
      subscriber.onEvent({ topic, address, data: structuredClone(data), receivedAt: 1_700_000_000_000, kind });
    }
  }

  emitUnreadable(address: PortAddress, bytes: Buffer): void {
    const error = new OchnoError('OCHNO_PAYLOAD', 'The event is not JSON');
    for (const { subscriber } of this.subscriptions) {
      subscriber.onUnreadable({ topic: portTopic(address), address, bytes, receivedAt: 0, error });
    }
  }

  emitGap(company: string, from: number, to: number): void {
    for (const { selector, subscriber } of this.subscriptions) {
      if (selector.company === company) subscriber.onGap({ company, from, to });
    }
  }
}

function recordIn<Item>(list: Item[], item: Item): () => void {
  list.push(item);
  return () => {
    const index = list.indexOf(item);
    if (index >= 0) list.splice(index, 1);
  };
}
