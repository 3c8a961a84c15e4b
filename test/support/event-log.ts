import type { EventGap, PortSubscriber, UnreadableEvent } from '../../src/client/events/port-subscriber';
import type { OchnoError } from '../../src/protocol/ochno-error';
import type { PortEvent } from '../../src/protocol/stream/port-event';

/** A subscriber that keeps all it is told. */
export class EventLog implements PortSubscriber {
  readonly initial: PortSubscriber['initial'];
  readonly events: PortEvent[] = [];
  readonly unreadable: UnreadableEvent[] = [];
  readonly gaps: EventGap[] = [];
  readonly refusals: OchnoError[] = [];
  /** A line for each call, in the order of the calls. */
  readonly order: string[] = [];

  constructor(initial: PortSubscriber['initial'] = 'none') {
    this.initial = initial;
  }

  /** What the events said. */
  get data(): unknown[] {
    return this.events.map(({ data }) => data);
  }

  onEvent(event: PortEvent): void {
    this.events.push(event);
    this.order.push(`${event.kind} ${JSON.stringify(event.data)}`);
  }

  onUnreadable(unreadable: UnreadableEvent): void {
    this.unreadable.push(unreadable);
    this.order.push(`unreadable ${unreadable.receivedAt}`);
  }

  onGap(gap: EventGap): void {
    this.gaps.push(gap);
    this.order.push(`gap ${gap.from}–${gap.to}`);
  }

  onRefused(error: OchnoError): void {
    this.refusals.push(error);
    this.order.push(`refusal ${error.message}`);
  }
}
