import { setImmediate as nextTurn } from 'node:timers/promises';
import { isPlainObject } from '../../../src/protocol/json/plain-object';
import { quoted } from '../../../src/protocol/json/quoted';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { copyJson, type PortEvent } from '../../../src/protocol/stream/port-event';
import { parseIdList, readId } from '../../../src/protocol/topics/ids';
import { placeOf } from '../account/node-place';
import type { Account } from '../account/shared-account';
import type { Message } from '../node-red';
import type { SendMessage } from '../on-input';
import type { Equipment, Work } from '../set-up';
import { isIn, ListenedPorts } from './listened-ports';
import type { PortInSettings, PortSelection } from './port-in-options';
import type { PortListener } from './port-listener';

/** So many messages of an answer are sent in one turn of the event loop. */
const messagesPerTurn = 100;
/** In a turn so many ports are looked at, of which perhaps none is asked for. */
const portsPerTurn = 1_000;

let turnBefore: Promise<void> = Promise.resolve();

/** A turn of the event loop that no other answer goes on in, since there may be as many of them as there are nodes. */
function ownTurn(): Promise<void> {
  turnBefore = turnBefore.then(() => nextTurn());
  return turnBefore;
}

/** Listens to ports that control messages can change while the flow runs, and answers those messages. */
export class ControlledPorts implements Work {
  readonly #equipment: Equipment<PortInSettings>;
  readonly #account: Account;
  readonly #own: PortSelection;
  readonly #listener: PortListener;
  readonly #listened: ListenedPorts;

  constructor(equipment: Equipment<PortInSettings>, account: Account, own: PortSelection, listener: PortListener) {
    this.#equipment = equipment;
    this.#account = account;
    this.#own = own;
    this.#listener = listener;
    this.#listened = new ListenedPorts(equipment, account, listener);
    this.#listened.add(own, placeOf(equipment.node));
  }

  readonly handle = async (msg: Message, signal: AbortSignal, send: SendMessage): Promise<Message | undefined> => {
    const { action } = msg;
    switch (action) {
      case 'read':
        return this.#read(msg, signal, send);
      case 'subscribe':
        this.#listened.add(this.#named(msg));
        return undefined;
      case 'unsubscribe':
        this.#listened.remove(this.#named(msg));
        return undefined;
      case 'subscriptions':
        return { ...msg, payload: this.#listened.addresses };
      default:
        throw new OchnoError(
          'OCHNO_VALUE',
          `msg.action is ${quoted(action)}: it has to be read, subscribe, unsubscribe or subscriptions`,
        );
    }
  };

  end(): void {
    this.#listened.end();
  }

  async #read(msg: Message, signal: AbortSignal, send: SendMessage): Promise<undefined> {
    const asked = readSelection(msg, this.#own.companies);
    const isWanted = ({ address }: PortEvent): boolean =>
      asked ? isIn(asked, address) : this.#listened.wants(address);
    const companies = await this.#companiesOf(asked);
    const lists = await Promise.all(companies.map((company) => this.#account.lists.snapshot(company)));
    let [seen, sent] = [0, 0];
    await ownTurn();
    for (const snapshot of lists) {
      for (const event of snapshot) {
        seen += 1;
        if (seen % portsPerTurn === 0) await ownTurn();
        if (signal.aborted) return undefined;
        if (!isWanted(event)) continue;
        // The lists belong to all who read them, what is sent to the flow.
        const answer = this.#listener.answerOf({ ...event, data: copyJson(event.data) });
        if (!answer) continue;
        send({ ...this.#equipment.RED.util.cloneMessage(msg), ...answer });
        sent += 1;
        if (sent % messagesPerTurn === 0) await ownTurn();
      }
    }
    return undefined;
  }

  async #companiesOf(asked: PortSelection | undefined): Promise<readonly string[]> {
    if (!asked) return this.#listened.companies;
    if (asked.companies !== 'every') return asked.companies;
    return (await this.#account.lists.companies({ maxAgeMs: 60_000 })).map(({ id }) => id);
  }

  #named(msg: Message): PortSelection {
    const named = readSelection(msg, this.#own.companies);
    if (named) return named;
    throw new OchnoError(
      'OCHNO_VALUE',
      `msg.ochno names no ports to ${msg.action}: give company, location, hub or port`,
    );
  }
}

/**
 * The ports that `msg.ochno` names, each field one id, several or `+`; one that is left out is any, but the company is the
 * node's. Nothing if it names none.
 */
function readSelection(msg: Message, ownCompanies: PortSelection['companies']): PortSelection | undefined {
  const given = msg.ochno ?? {};
  if (!isPlainObject(given)) {
    throw new OchnoError('OCHNO_VALUE', `msg.ochno has to be an object with ids, not ${quoted(given)}`);
  }
  const fields = ['company', 'location', 'hub', 'port'].map((level) =>
    isBlank(given[level]) ? undefined : given[level],
  );
  if (fields.every((field) => field === undefined)) return undefined;
  const [company, location, hub, port] = fields;
  const companies = company === undefined ? ownCompanies : (readIds('company', company) ?? 'every');
  const [locations, hubs, ports] = [readIds('location', location), readIds('hub', hub), readIds('port', port)];
  return { companies, ports: { locations, hubs, ports } };
}

function isBlank(field: unknown): boolean {
  return field === null || (typeof field === 'string' && field.trim() === '');
}

function readIds(level: string, given: unknown): readonly string[] | undefined {
  const field = `msg.ochno.${level}`;
  if (given === undefined) return undefined;
  if (typeof given === 'string') return parseIdList(field, given);
  if (!Array.isArray(given)) return [readId(field, given)];
  if (given.length === 1) return readIds(level, given[0]);
  if (given.length > 0) return [...new Set(given.map((id: unknown) => readId(field, id)))];
  throw new OchnoError('OCHNO_VALUE', `${field} is an empty array: name an id, or + for any`);
}
