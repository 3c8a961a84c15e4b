import { type ClientRequest, request } from 'node:http';
import type { ChangesView, FloorView, PassedBatch, PassedView, PortView } from '../page/building-view';
import type { Simulator } from '../simulator';
import { until } from './probe';
import { type ApiAnswer, call } from './probe-api';

interface ServerEvent {
  readonly name: string;
  readonly data: string;
}

/** The building page's event stream as a plain client reads it. */
export class PageProbe {
  readonly events: ServerEvent[] = [];
  /** The content type it was answered with. */
  type = '';
  closed = false;
  readonly #request: ClientRequest;

  constructor(request: ClientRequest) {
    this.#request = request;
  }

  /** A stream that has its first state. */
  static async open({ url }: Simulator, query = ''): Promise<PageProbe> {
    const sent = request(`${url}/building/live${query}`, { agent: false });
    const probe = new PageProbe(sent);
    sent.on('response', (response) => {
      let text = '';
      probe.type = String(response.headers['content-type']);
      response.on('data', (chunk: Buffer) => {
        const blocks = (text + chunk.toString('latin1')).split('\n\n');
        text = blocks.pop() ?? '';
        for (const block of blocks) probe.#read(Buffer.from(block, 'latin1').toString());
      });
      response.on('error', () => undefined);
      response.on('close', () => {
        probe.closed = true;
      });
    });
    sent.on('error', () => {
      probe.closed = true;
    });
    sent.end();
    await until('the page has its state', () => probe.states.length > 0);
    return probe;
  }

  get states(): FloorView[] {
    return this.#of<FloorView>('state');
  }

  get state(): FloorView {
    const state = this.states.at(-1);
    if (state === undefined) throw new Error('The page has no state yet');
    return state;
  }

  get changes(): ChangesView[] {
    return this.#of<ChangesView>('changes');
  }

  /** Ports as they changed, in order. */
  get changedPorts(): PortView[] {
    return this.changes.flatMap(({ ports }) => ports);
  }

  get batches(): PassedBatch[] {
    return this.#of<PassedBatch>('passed');
  }

  get messages(): PassedView[] {
    return this.batches.flatMap(({ messages }) => messages);
  }

  close(): void {
    this.#request.destroy();
  }

  #read(block: string): void {
    const name = /^event: (.*)$/m.exec(block)?.[1];
    const data = /^data: (.*)$/m.exec(block)?.[1];
    if (name !== undefined && data !== undefined) this.events.push({ name, data });
  }

  #of<T>(name: string): T[] {
    return this.events.filter((event) => event.name === name).map(({ data }): T => JSON.parse(data));
  }
}

/** Every port a state shows. */
export function portsIn({ rooms }: FloorView): PortView[] {
  return rooms.flatMap(({ hubs }) => hubs.flatMap(({ ports }) => ports));
}

/** Acts as the page itself does: with its origin. */
export function act(simulator: Simulator, path: string, body: unknown = {}, headers = {}): Promise<ApiAnswer> {
  return call(simulator, `/building/${path}`, {
    method: 'POST',
    body,
    headers: { Origin: simulator.url, ...headers },
  });
}
