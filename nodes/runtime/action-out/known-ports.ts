import type { ActionCommand } from '../../../src/client/commands/action-command';
import { addressOf } from '../../../src/client/lists/company-places';
import type { ConnectionStatus } from '../../../src/client/stream/stream-status';
import { systemClock } from '../../../src/client/time/clock';
import { type WaitLimits, within } from '../../../src/client/time/deadline';
import { isPlainObject } from '../../../src/protocol/json/plain-object';
import { quoted } from '../../../src/protocol/json/quoted';
import { OchnoError } from '../../../src/protocol/ochno-error';
import type { ListedPort } from '../../../src/protocol/rest/listed-places';
import type { PortAddress } from '../../../src/protocol/topics/address';
import type { Account } from '../account/shared-account';
import type { TargetFields } from './action-targets';

/** What a command asks of a port. */
type Wish = Pick<ActionCommand, 'command' | 'value'>;

/** How long a message may take to its outcome, and what ends it before. */
interface Terms {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Where a command goes, and how much of its time is left. */
export interface Found {
  readonly targets: readonly PortAddress[];
  readonly timeoutMs: number;
}

/** How old the lists may be that say which ports there are. */
const listsMaxAgeMs = 60_000;

/**
 * Finds the ports that a node's messages go to: those that are named or, where a `+` stands, every one there that takes the
 * command. Messages keep their order: while ports are looked up for one, those that come after it wait.
 */
export class TargetFinder {
  readonly #account: Pick<Account, 'lists' | 'status'>;
  #lookUp: Promise<unknown> | undefined;

  constructor(account: Pick<Account, 'lists' | 'status'>) {
    this.#account = account;
  }

  /**
   * @throws OchnoError `OCHNO_VALUE` if no port there takes it; what reading the lists failed with; `OCHNO_TIMEOUT` and
   * `OCHNO_CLOSED` by the terms
   */
  async find(wanted: TargetFields, wish: Wish, { timeoutMs, signal }: Terms): Promise<Found> {
    const { company, location, hub, ports } = wanted;
    const isOpen = [location, hub, ...ports].includes('+');
    const named = isOpen ? [] : ports.map((port) => ({ company, location, hub, port }));
    if (!isOpen && this.#lookUp === undefined) return { targets: named, timeoutMs };
    const deadlineMs = systemClock.monotonicMs() + timeoutMs;
    const limits = { clock: systemClock, deadlineMs, signals: [signal] };
    const lookUp = isOpen ? this.#listed(company, limits) : undefined;
    const inOrder = Promise.allSettled([this.#lookUp, lookUp]);
    this.#lookUp = inOrder;
    await inOrder;
    if (this.#lookUp === inOrder) this.#lookUp = undefined;
    const listed = await lookUp;
    const targets = listed === undefined ? named : choose(listed, wanted, wish);
    return { targets, timeoutMs: Math.max(1, deadlineMs - systemClock.monotonicMs()) };
  }

  async #listed(company: string, limits: WaitLimits): Promise<readonly ListedPort[]> {
    const { lists } = this.#account;
    try {
      return await within(lists.ports(company, { maxAgeMs: listsMaxAgeMs }), limits, 'the list of ports');
    } catch (error) {
      const isLate = error instanceof OchnoError && error.code === 'OCHNO_TIMEOUT';
      throw isLate ? this.#lateError(company, error) : error;
    }
  }

  /** Why the platform's lists do not come is why there is no connection, as far as anything says. */
  #lateError(company: string, cause: OchnoError): OchnoError {
    const trouble = troubleOf(this.#account.status(company));
    const why = trouble === undefined ? '' : `, and ${trouble}`;
    const message = `The action was not sent: the platform's list of ports did not come in time${why}. It will not be sent later`;
    return new OchnoError('OCHNO_TIMEOUT', message, { retryable: true, cause });
  }
}

function troubleOf(status: ConnectionStatus): string | undefined {
  switch (status.state) {
    case 'connecting':
      return 'there is no connection yet';
    case 'disconnected':
      return `there is no connection${status.reason === undefined ? '' : ` (${status.reason})`}`;
    case 'log-in refused':
      return 'the log-in was refused';
    case 'not configured':
      return 'the account is not configured';
    default:
      return undefined;
  }
}

/** In the order in which the platform lists them. */
function choose(listed: readonly ListedPort[], wanted: TargetFields, wish: Wish): readonly PortAddress[] {
  const { company, location, hub, ports } = wanted;
  const isWanted = (wantedId: string, id: string): boolean => wantedId === '+' || wantedId === id;
  const found = listed
    .filter((port) => isWanted(location, port.location) && isWanted(hub, port.hub))
    .filter((port) => ports.some((id) => isWanted(id, port.id)) && takes(port, wish));
  if (found.length > 0) return found.map((port) => addressOf(company, port));
  const place = `location ${quoted(location)}, hub ${quoted(hub)}, port ${quoted(ports.join(','))}`;
  const what = wish.command === 'lamp' ? 'a lamp plugged in' : 'something plugged in that takes this';
  throw new OchnoError('OCHNO_VALUE', `The action goes nowhere: the platform lists no port with ${what} at ${place}`);
}

/** Whether what is plugged in at a port takes a command, as far as the port has shown. */
function takes(port: ListedPort, { command, value }: Wish): boolean {
  if (command === 'lamp') return port.isLamp;
  if (port.connected === false || (port.connected === undefined && port.device === '')) return false;
  if (command === 'envelope' || !isPlainObject(value)) return true;
  return Object.keys(value).every((part) => (part === 'lamp' ? port.isLamp : hasPart(port, part)));
}

function hasPart({ state, kinds }: ListedPort, part: string): boolean {
  const device = isPlainObject(state.device) ? state.device : {};
  return Object.hasOwn(device, part) || Object.hasOwn(state, part) || kinds.includes(part);
}
