import type { EventGap, PortSubscriber, UnreadableEvent } from '../../../src/client/events/port-subscriber';
import { ChangeFilter } from '../../../src/protocol/json/change-filter';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { type PortEvent, valueAt } from '../../../src/protocol/stream/port-event';
import type { GapNotice } from '../account/gap-notice';
import { placeOf } from '../account/node-place';
import type { RuntimeNode } from '../node-red';
import { forbidden, gap as gapStatus } from '../status/status';
import type { StatusLight } from '../status/status-light';
import { nextMessageId } from './message-id';
import type { PortInSettings } from './port-in-options';

/** Turns what a stream says of a node's ports into messages, errors and status of that node. */
export class PortListener implements PortSubscriber {
  readonly name: string;
  readonly initial: PortSubscriber['initial'];
  readonly #node: RuntimeNode;
  readonly #light: StatusLight;
  readonly #gaps: GapNotice;
  readonly #property: readonly string[] | undefined;
  readonly #change: ChangeFilter | undefined;
  /** Whether a notice stands under the node that the next event takes away. */
  #hasNotice = false;

  constructor(node: RuntimeNode, light: StatusLight, gaps: GapNotice, settings: PortInSettings) {
    this.name = placeOf(node);
    this.initial = settings.initial;
    this.#node = node;
    this.#light = light;
    this.#gaps = gaps;
    this.#property = settings.property;
    this.#change = settings.change && new ChangeFilter(settings.change.deadband);
  }

  onEvent(event: PortEvent): void {
    if (this.#hasNotice) this.#setNotice(undefined);
    let payload = event.data;
    if (this.#property) {
      const there = valueAt(payload, this.#property);
      if (!there.found) return;
      payload = there.value;
    }
    if (this.#change && !this.#change.passes(event.topic, payload)) return;
    const { company, location, hub, port } = event.address;
    const ochno = { company, location, hub, port, event: event.kind, receivedAt: event.receivedAt };
    this.#node.send({
      _msgid: nextMessageId(),
      topic: event.topic,
      payload,
      ochno: this.#property ? { ...ochno, data: event.data } : ochno,
    });
  }

  onUnreadable({ topic, address, bytes, error }: UnreadableEvent): void {
    const { company, location, hub, port } = address;
    this.#node.error(error, { topic, payload: bytes, ochno: { company, location, hub, port } });
  }

  onGap(gap: EventGap): void {
    if (!this.#gaps.isFirst(this.#node, gap)) return;
    this.#setNotice(gapStatus);
    const { company, from, to } = gap;
    const span = `${new Date(from).toISOString()} and ${new Date(to).toISOString()}`;
    const error = new OchnoError('OCHNO_GAP', `Events of company ${company} between ${span} may have been missed`);
    this.#node.error(error, { ochno: { company, gap: { from, to } } });
  }

  onRefused(error: OchnoError): void {
    this.#setNotice(forbidden);
    this.#node.error(error, { ochno: {} });
  }

  #setNotice(status: typeof gapStatus | undefined): void {
    this.#hasNotice = status !== undefined;
    this.#light.notice(status);
  }
}
