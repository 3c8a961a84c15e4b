import { randomBytes } from 'node:crypto';
import type { EventGap, PortSubscriber, UnreadableEvent } from '../../../src/client/events/port-subscriber';
import { ChangeFilter } from '../../../src/protocol/json/change-filter';
import { type Found, valueAt } from '../../../src/protocol/json/property-path';
import { OchnoError } from '../../../src/protocol/ochno-error';
import type { PortEvent } from '../../../src/protocol/stream/port-event';
import { placeOf } from '../account/node-place';
import type { GapNotice } from '../account/shared-account';
import type { RuntimeNode } from '../node-red';
import type { Equipment } from '../set-up';
import { forbidden, gap as gapSign, type Sign } from '../status/status';
import type { PortInSettings } from './port-in-options';
import type { NameBook } from './port-names';
import { shownValue } from './shown-value';

/** What a port-in node says of an event. */
interface PortMessage {
  readonly topic: string;
  readonly payload: unknown;
  readonly ochno: object;
}

/** Turns what a stream says of a node's ports into messages, errors and status of that node. */
export class PortListener implements PortSubscriber {
  readonly #equipment: Equipment<PortInSettings>;
  readonly #gaps: GapNotice;
  readonly #names: NameBook | undefined;
  readonly #change: ChangeFilter | undefined;
  /** Whether a notice stands under the node that the next event takes away. */
  #hasNotice = false;

  constructor(equipment: Equipment<PortInSettings>, gaps: GapNotice, names: NameBook | undefined) {
    const { change } = equipment.options;
    this.#equipment = equipment;
    this.#gaps = gaps;
    this.#names = names;
    this.#change = change && new ChangeFilter(change.deadband);
  }

  get name(): string {
    return placeOf(this.#equipment.node);
  }

  get initial(): PortSubscriber['initial'] {
    return this.#equipment.options.initial;
  }

  onEvent(event: PortEvent): void {
    if (this.#hasNotice) this.#setNotice(undefined);
    const there = this.#payloadOf(event);
    if (!there.found) return;
    const payload = there.value;
    if (this.#change && !this.#change.passes(event.topic, payload)) return;
    const { node, light, options } = this.#equipment;
    if (options.show === 'value') light.value(shownValue(payload, event.receivedAt));
    node.send({ _msgid: nextMessageId(), topic: event.topic, payload, ochno: this.#detailsOf(event) });
  }

  /**
   * The message of an event that somebody asked for, whatever the last one was; nothing if the node wants a property that
   * the event does not carry.
   */
  answerOf(event: PortEvent): PortMessage | undefined {
    const there = this.#payloadOf(event);
    if (!there.found) return undefined;
    this.#change?.passes(event.topic, there.value);
    return { topic: event.topic, payload: there.value, ochno: this.#detailsOf(event) };
  }

  onUnreadable({ topic, address, bytes, error }: UnreadableEvent): void {
    const { company, location, hub, port } = address;
    raise(this.#equipment.node, error, { topic, payload: bytes, ochno: { company, location, hub, port } });
  }

  onGap(gap: EventGap): void {
    const { node } = this.#equipment;
    if (!this.#gaps.isFirst(node, gap)) return;
    this.#setNotice(gapSign);
    const { company, from, to, reason = 'outage' } = gap;
    const span = `${new Date(from).toISOString()} and ${new Date(to).toISOString()}`;
    const why = reason === 'rate' ? ': more came than the broker passes on one connection' : '';
    const error = new OchnoError(
      'OCHNO_GAP',
      `Events of company ${company} between ${span} may have been missed${why}`,
    );
    node.error(error, { ochno: { company, gap: { from, to, reason } } });
  }

  onRefused(error: OchnoError): void {
    this.#setNotice(forbidden);
    this.#equipment.node.error(error, { ochno: {} });
  }

  #payloadOf({ data }: PortEvent): Found {
    const { property } = this.#equipment.options;
    return property ? valueAt(data, property) : { found: true, value: data };
  }

  #detailsOf(event: PortEvent): PortMessage['ochno'] {
    const { company, location, hub, port } = event.address;
    const ochno: Record<string, unknown> = {
      company,
      location,
      hub,
      port,
      event: event.kind,
      receivedAt: event.receivedAt,
    };
    if (event.queued) ochno.queued = true;
    if (this.#names) ochno.names = this.#names.namesOf(event);
    if (this.#equipment.options.property) ochno.data = event.data;
    return ochno;
  }

  #setNotice(sign: Sign | undefined): void {
    this.#hasNotice = sign !== undefined;
    this.#equipment.light.notice(sign);
  }
}

/** As many as fit into the small integers that the engine turns into text fastest. */
const idsPerPrefix = 2 ** 24;
let prefix = '';
let count = idsPerPrefix;

/** A new `_msgid`: 16 hexadecimal characters, unique, at a tenth of what the runtime's own generator costs. */
export function nextMessageId(): string {
  if (count === idsPerPrefix) {
    prefix = randomBytes(5).toString('hex');
    count = 0;
  }
  // Adding 2^24 and dropping its digit pads with zeros.
  const digits = (idsPerPrefix + count++).toString(16).slice(1);
  return prefix + digits;
}

/** The part of Node-RED's flows that brings an error to the Catch nodes; `node.error` calls it, and logs if none is. */
interface CatchingFlow {
  handleError(node: RuntimeNode, error: Error, message: object): boolean;
}

/** Brings an error to the Catch nodes, and to no log: the account has said it once for all of its nodes. */
function raise(node: RuntimeNode, error: Error, message: Record<string, unknown>): void {
  const flow: unknown = Reflect.get(node, '_flow');
  if (isCatching(flow)) flow.handleError(node, error, message);
  else node.error(error, message);
}

function isCatching(flow: unknown): flow is CatchingFlow {
  return typeof flow === 'object' && flow !== null && 'handleError' in flow && typeof flow.handleError === 'function';
}
