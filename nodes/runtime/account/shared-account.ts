import type { EventGap } from '../../../src/client/events/port-subscriber';
import type { Logger } from '../../../src/client/logger';
import type { OchnoAccount } from '../../../src/client/ochno-account';
import { type Clock, systemClock } from '../../../src/client/time/clock';
import { within } from '../../../src/client/time/deadline';
import { quoted } from '../../../src/protocol/json/quoted';
import { OchnoError } from '../../../src/protocol/ochno-error';
import type { RuntimeNode } from '../node-red';
import { type Reading, reading } from '../options/option-reading';
import { CompanyCheck } from './company-check';
import { tabOf } from './node-place';

/** What the nodes use of an account's client: all that is public of it. */
export type Account = Pick<OchnoAccount, keyof OchnoAccount>;

/** Makes the account's client; throws an `OchnoError` if its options are unusable. */
export type OpenAccount = (logger: Logger) => Account;

/** An account that is open, and what its users share besides. */
export interface AccountUse {
  readonly account: Account;
  readonly gaps: GapNotice;
  readonly companies: CompanyCheck;
}

/** How an account is for those who use it. `unusable`: its options are, and its own log line says why. */
export type AccountState =
  | { readonly is: 'open'; readonly use: AccountUse }
  | { readonly is: 'unusable' | 'missing' | 'restarting'; readonly problem: OchnoError };

/** A node that uses an account. */
export interface AccountUser {
  readonly node: RuntimeNode;
  /** When the node begins to use the account, and again whenever a deploy takes the account away or brings another. */
  accountIs(state: AccountState): void;
  /** The state of some connection of the account may have changed. */
  connectionChanged(): void;
}

/** A deployed account node, and what makes its client. */
interface AccountSource {
  readonly node: RuntimeNode;
  readonly open: OpenAccount;
}

/** Closing the client is bounded by itself; this bound holds even if that fails. */
const closeLimitMs = 3000;

/**
 * The account of one id and its users. It outlives the account's node: a deploy of changed nodes restarts that node alone if
 * its users name it by a variable, which Node-RED does not see.
 */
export class SharedAccount {
  readonly id: string;
  readonly #clock: Clock;
  readonly #gaps = new GapNotice();
  readonly #users = new Set<AccountUser>();
  #source: AccountSource | undefined;
  #opened: Reading<AccountUse> | undefined;
  /** The users' common hold on the client: there may be thousands of them. */
  #release: (() => void) | undefined;

  constructor(id: string, clock: Clock = systemClock) {
    this.id = id;
    this.#clock = clock;
  }

  /** Whether neither a node nor a user is left. */
  get isOver(): boolean {
    return this.#source === undefined && this.#users.size === 0;
  }

  /** The client, made now if there is none: for who is not a node and holds it open by using it. */
  open(): Reading<Account> {
    const state = this.#use();
    return state.is === 'open' ? { ok: true, value: state.use.account } : { ok: false, problem: state.problem };
  }

  /** The client, if one was made: for the edit dialogs. */
  get current(): Account | undefined {
    return this.#opened?.ok ? this.#opened.value.account : undefined;
  }

  /**
   * One user of each tab by its id. Node-RED passes on the account's errors to the flow of every entry: twenty nodes on
   * a tab are to hear of one refused log-in once. It walks a plain object only.
   */
  get users(): Record<string, RuntimeNode> {
    const firstOfTab = new Map<string, RuntimeNode>();
    for (const { node } of this.#users) {
      const tab = tabOf(node);
      if (!firstOfTab.has(tab)) firstOfTab.set(tab, node);
    }
    return Object.fromEntries([...firstOfTab.values()].map((node) => [node.id, node]));
  }

  /** From now on the user is told how the account is; its client is made for the first. */
  register(user: AccountUser): void {
    this.#users.add(user);
    user.accountIs(this.#use());
  }

  /** At once: at a deploy the account's own closing begins before a promise here could settle. */
  deregister(user: AccountUser): void {
    this.#users.delete(user);
    if (this.#users.size > 0) return;
    this.#release?.();
    this.#release = undefined;
  }

  /** The account's node is there, for the first time or anew: its users go on with it. */
  attach(source: AccountSource): void {
    this.#source = source;
    for (const user of [...this.#users]) user.accountIs(this.#use());
  }

  /**
   * The account's node is closed, for good if it is `removed`. Closes the client; resolves when it is closed, after 3 s at
   * the latest, and never rejects.
   */
  async detach(removed: boolean): Promise<void> {
    const { current } = this;
    const node = this.#source?.node;
    this.#source = undefined;
    const state: AccountState = removed ? this.#missing() : { is: 'restarting', problem: restarting() };
    for (const user of [...this.#users]) user.accountIs(state);
    this.#release?.();
    this.#release = undefined;
    this.#opened = undefined;
    if (current) await this.#close(current, removed, node);
  }

  #use(): AccountState {
    if (!this.#source) return this.#missing();
    this.#opened ??= this.#open(this.#source);
    if (!this.#opened.ok) return { is: 'unusable', problem: this.#opened.problem };
    const use = this.#opened.value;
    if (this.#users.size > 0) this.#release ??= this.#hold(use.account);
    return { is: 'open', use };
  }

  #missing(): AccountState {
    const message = `The account ${quoted(this.id)} is missing or disabled: choose another`;
    return { is: 'missing', problem: new OchnoError('OCHNO_VALUE', message, { option: 'account' }) };
  }

  #open({ node, open }: AccountSource): Reading<AccountUse> {
    const opened = reading(() => this.#useOf(open(nodeLogger(node))));
    if (!opened.ok) node.error(`Not configured: ${opened.problem.message}`);
    return opened;
  }

  #useOf(account: Account): AccountUse {
    const companies = new CompanyCheck(account.lists, () => this.#clock.monotonicMs(), this.#tellUsers);
    return { account, gaps: this.#gaps, companies };
  }

  #hold(account: Account): () => void {
    const release = account.use();
    const endStatus = account.onStatus(this.#tellUsers);
    return () => {
      endStatus();
      release();
    };
  }

  readonly #tellUsers = (): void => {
    for (const user of this.#users) user.connectionChanged();
  };

  async #close(account: Account, removed: boolean, node: RuntimeNode | undefined): Promise<void> {
    const closed = account.close({ keepSessions: !removed }).catch((error: unknown) => {
      node?.warn(`The account could not be closed in good order: ${error instanceof Error ? error.message : error}`);
    });
    const limits = { clock: this.#clock, deadlineMs: this.#clock.monotonicMs() + closeLimitMs, signals: [] };
    await within(closed, limits, 'the account to close').catch(() => undefined);
  }
}

function restarting(): OchnoError {
  return new OchnoError('OCHNO_CLOSED', 'The account is being restarted by a deploy: send the message again');
}

/** What the client says goes to Node-RED's log under the account's name, errors also to the Catch nodes of its users. */
function nodeLogger(node: RuntimeNode): Logger {
  return {
    info: (message) => node.log(message),
    warn: (message) => node.warn(message),
    error: (message, cause) => node.error(cause instanceof OchnoError ? withCode(message, cause) : message, {}),
    debug: (message) => node.debug(message),
  };
}

/** Catch nodes are to have the code, and the log the message alone, as an error without a name is written. */
function withCode(message: string, { code }: OchnoError): Error {
  return Object.assign(new Error(message), { name: '', code });
}

/** So many gaps of a tab and company are remembered: nodes hear of each at about the same time. */
const mostSpokenOf = 20;

/** Sees to it that of all nodes that hear of one gap, one on each tab speaks of it. */
export class GapNotice {
  /** The last gaps spoken of, by tab and company. */
  readonly #spokenOf = new Map<string, Set<string>>();

  /** Whether this node is the first of its tab to hear of this gap. */
  isFirst(node: RuntimeNode, gap: EventGap): boolean {
    const place = `${tabOf(node)}/${gap.company}`;
    const span = `${gap.from}-${gap.to}`;
    const spans = this.#spokenOf.get(place) ?? new Set();
    if (spans.has(span)) return false;
    this.#spokenOf.set(place, spans.add(span));
    const [oldest] = spans;
    if (spans.size > mostSpokenOf && oldest !== undefined) spans.delete(oldest);
    return true;
  }
}
