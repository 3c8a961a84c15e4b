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

  constructor(initial: PortSubscriber['initial'] = 'none') {
    this.initial = initial;
  }

  onEvent(event: PortEvent): void {
    this.events.push(event);
  }

  onUnreadable(unreadable: UnreadableEvent): void {
    this.unreadable.push(unreadable);
  }

  onGap(gap: EventGap): void {
    this.gaps.push(gap);
  }

  onRefused(error: OchnoError): void {
    this.refusals.push(error);
  }
}
