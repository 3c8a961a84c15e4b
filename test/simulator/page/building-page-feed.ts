import type { ServerResponse } from 'node:http';
import type { FloorWatch } from './building-floor';
import type { Choice, FloorView, PassedBatch, PassedView, PortView } from './building-view';

/** Short enough to feel immediate, long enough to gather what belongs together. */
const gatherMs = 50;
/** A page that does not read hears nothing new; a comment now and then tells whether it is still there. */
const heartbeatMs = 15_000;
const mostMessages = 40;
const reconnectMs = 1000;

/**
 * One page's server-sent events: `state` first and whenever the building is rearranged, then `changes` and `passed`.
 * What happens faster than the page reads is gathered: each port once, the newest messages only.
 */
export class PageFeed {
  readonly #response: ServerResponse;
  readonly #watch: FloorWatch;
  readonly #heartbeat: NodeJS.Timeout;
  #wanted: Partial<Choice>;
  #isStale = true;
  #shown: ReadonlySet<string> = new Set();
  readonly #ports = new Set<string>();
  readonly #rooms = new Set<string>();
  #messages: PassedView[] = [];
  #skipped = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(response: ServerResponse, watch: FloorWatch, wanted: Partial<Choice>) {
    this.#response = response;
    this.#watch = watch;
    this.#wanted = wanted;
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
    });
    response.write(`retry: ${reconnectMs}\n\n`);
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs);
    this.#flush();
  }

  /** Hubs, ports, names or places changed. */
  rearranged(): void {
    this.#isStale = true;
    this.#soon();
  }

  portChanged(portId: string): void {
    if (!this.#shown.has(portId)) return;
    this.#ports.add(portId);
    this.#soon();
  }

  roomChanged(roomId: string): void {
    if (!this.#shown.has(roomId)) return;
    this.#rooms.add(roomId);
    this.#soon();
  }

  passed(message: PassedView): void {
    this.#messages.push(message);
    if (this.#messages.length > 2 * mostMessages) this.#dropOldMessages();
    this.#soon();
  }

  stop(): void {
    clearInterval(this.#heartbeat);
    clearTimeout(this.#timer);
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // The page is behind with reading: what it will get next is gathered a little longer.
      if (this.#response.writableNeedDrain) this.#soon();
      else this.#flush();
    }, gatherMs);
  }

  #flush(): void {
    if (this.#isStale) this.#sendState();
    else if (this.#ports.size + this.#rooms.size > 0) this.#sendChanges();
    this.#ports.clear();
    this.#rooms.clear();
    if (this.#messages.length > 0) this.#sendMessages();
  }

  #sendState(): void {
    const floor = this.#watch.floor(this.#wanted);
    this.#isStale = false;
    this.#wanted = floor.chosen;
    this.#shown = shownIn(floor);
    this.#send('state', floor);
  }

  #sendChanges(): void {
    const ports = [...this.#ports].flatMap((id): PortView[] => {
      const port = this.#watch.port(id);
      return port === undefined ? [] : [port];
    });
    this.#send('changes', { ports, rooms: [...this.#rooms].map((id) => this.#watch.mood(id)) });
  }

  #sendMessages(): void {
    this.#dropOldMessages();
    const batch: PassedBatch = { messages: this.#messages, skipped: this.#skipped };
    this.#messages = [];
    this.#skipped = 0;
    this.#send('passed', batch);
  }

  #dropOldMessages(): void {
    const surplus = Math.max(0, this.#messages.length - mostMessages);
    this.#messages.splice(0, surplus);
    this.#skipped += surplus;
  }

  #send(event: string, data: object): void {
    this.#response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  #beat(): void {
    if (!this.#response.writableNeedDrain) this.#response.write(': still here\n\n');
  }
}

function shownIn({ rooms }: FloorView): ReadonlySet<string> {
  const ports = rooms.flatMap(({ hubs }) => hubs.flatMap((hub) => hub.ports.map(({ id }) => id)));
  return new Set([...rooms.map(({ id }) => id), ...ports]);
}
