import { type ConnectionStatus, worstStatus } from '../../src/client/stream/stream-status';
import { OchnoError } from '../../src/protocol/ochno-error';
import { isNewer, migrated, newerWarning } from '../versions';
import { joinAccount, leaveAccount } from './account/account-node';
import type { AccountState, AccountUse, AccountUser, SharedAccount } from './account/shared-account';
import { afterStart, cancelAfterStart, type Starter } from './after-start';
import type { Runtime, RuntimeNode, SavedNode } from './node-red';
import { type InputWork, onInput } from './on-input';
import { type Reading, readAccountId, reading } from './options/option-reading';
import { connectionSign, notConfigured, unknownCompany } from './status/status';
import { StatusLight } from './status/status-light';

/** What a node does with its account, from when it has one until it loses it. */
export interface Work {
  /** What it does with a message; a node without an input has none. */
  readonly handle?: InputWork;
  /** Ends all of it. */
  end(): void;
}

/** What a node works with besides its account. */
export interface Equipment<Options> {
  readonly RED: Runtime;
  readonly node: RuntimeNode;
  readonly options: Options;
  /** What stands under the node. */
  readonly light: StatusLight;
  /**
   * From now on the state of these companies' streams stands under the node, the worst of them; with no company it is the
   * account as REST sees it. Companies that are not known yet make it `connecting`.
   */
  showConnectionOf(companies: readonly string[] | undefined): void;
}

/** What one type of our nodes does and another does not. */
export interface NodeKind<SavedOptions, Options> {
  hasInput(saved: SavedOptions): boolean;
  /** @throws OchnoError `OCHNO_VALUE` naming the option that is unusable */
  readOptions(saved: SavedOptions): Options;
  /**
   * Called for each account the node gets, which is another one after some deploys.
   *
   * @throws OchnoError `OCHNO_VALUE` if the options are not enough with this account
   */
  begin(equipment: Equipment<Options>, use: AccountUse): Work;
}

interface CommonOptions {
  readonly account: string;
  readonly version: number;
}

/**
 * What every node of ours does first: reads its options, finds its account and begins its work, until it is closed. If
 * that fails it is `not configured`, with the reason in the log, and answers every message with it.
 */
export function setUp<SavedOptions extends CommonOptions, Options>(
  RED: Runtime,
  node: RuntimeNode,
  saved: SavedNode<SavedOptions>,
  kind: NodeKind<SavedOptions, Options>,
): void {
  const light = new StatusLight(node);
  // Status nodes are made after the nodes they watch, and do not get what is said before.
  afterStart(RED, light);
  if (isNewer(saved)) {
    light.isNewer = true;
    node.warn(newerWarning(saved));
  }
  const present = migrated(node.type, saved);
  const hasInput = kind.hasInput(present);
  const read = reading(() => ({ options: kind.readOptions(present), accountId: readAccountId(present.account) }));
  if (!read.ok) {
    refuse(RED, node, light, read.problem, hasInput);
    return;
  }
  const working = new WorkingNode(RED, node, light, read.value.options, kind);
  attach(node, working, hasInput);
  working.join(read.value.accountId);
}

function refuse(RED: Runtime, node: RuntimeNode, light: StatusLight, problem: OchnoError, hasInput: boolean): void {
  node.on('close', () => light.close());
  light.connection(notConfigured(problem.option));
  node.error(`Not configured: ${problem.message}`);
  if (hasInput) onInput(RED, node, light, () => ({ ok: false, problem }));
}

/** Apart from what sets the node up, since a function keeps alive all that its neighbours use. */
function attach<Options>(node: RuntimeNode, working: WorkingNode<Options>, hasInput: boolean): void {
  node.on('close', () => working.close());
  if (hasInput) onInput(working.RED, node, working.light, () => working.handling);
}

/** There may be thousands of these: each is one object, with functions that all of them share. */
class WorkingNode<Options> implements Equipment<Options>, AccountUser, Starter {
  readonly RED: Runtime;
  readonly node: RuntimeNode;
  readonly light: StatusLight;
  readonly options: Options;
  readonly #kind: Pick<NodeKind<never, Options>, 'begin'>;
  #shared: SharedAccount | undefined;
  #use: AccountUse | undefined;
  /** Or why there is none. */
  #work: Work | OchnoError = noAccountYet;
  #companies: readonly string[] | undefined = [];
  /** To be said once the flows have started, if it still is so. */
  #missing: OchnoError | undefined;

  constructor(
    RED: Runtime,
    node: RuntimeNode,
    light: StatusLight,
    options: Options,
    kind: Pick<NodeKind<never, Options>, 'begin'>,
  ) {
    this.RED = RED;
    this.node = node;
    this.light = light;
    this.options = options;
    this.#kind = kind;
  }

  /** What the node does with a message, or why it can do nothing. */
  get handling(): Reading<InputWork> {
    if (this.#work instanceof OchnoError) return { ok: false, problem: this.#work };
    const { handle } = this.#work;
    return handle ? { ok: true, value: handle } : { ok: false, problem: noInput };
  }

  join(accountId: string): void {
    this.#shared = joinAccount(accountId, this);
  }

  accountIs(state: AccountState): void {
    this.#endWork();
    this.#missing = undefined;
    if (state.is === 'open') {
      this.#begin(state.use);
      return;
    }
    this.#work = state.problem;
    // It is back in a moment.
    if (state.is === 'restarting') return;
    this.light.connection(notConfigured(state.problem.option));
    if (state.is === 'unusable') return;
    // In a start of several flows, the account may be made after this node.
    this.#missing = state.problem;
    afterStart(this.RED, this);
  }

  connectionChanged(): void {
    if (!this.#use) return;
    const { account, companies: check } = this.#use;
    const [first, ...others] = this.#companies?.map((company) => account.status(company)) ?? [];
    const status = first ? worstStatus(first, ...others) : account.status();
    if (this.#companies === undefined) {
      this.light.connection(connectionSign(worstStatus(status, { state: 'connecting' })));
    } else if (isUnexplained(status) && this.#companies.some((company) => check.isUnknown(company))) {
      this.light.connection(unknownCompany);
    } else {
      this.light.connection(connectionSign(status));
    }
  }

  showConnectionOf(companies: readonly string[] | undefined): void {
    this.#companies = companies;
    this.connectionChanged();
  }

  flowsStarted(): void {
    if (this.#missing) this.node.error(`Not configured: ${this.#missing.message}`);
  }

  close(): void {
    this.light.close();
    cancelAfterStart(this);
    this.#endWork();
    if (this.#shared) leaveAccount(this.#shared, this);
  }

  #begin(use: AccountUse): void {
    this.#use = use;
    this.#companies = [];
    const begun = reading(() => this.#kind.begin(this, use));
    if (begun.ok) {
      this.#work = begun.value;
      this.connectionChanged();
      return;
    }
    const { problem } = begun;
    this.#work = problem;
    this.#use = undefined;
    this.light.connection(notConfigured(problem.option));
    this.node.error(`Not configured: ${problem.message}`);
  }

  #endWork(): void {
    const work = this.#work;
    this.#work = noAccountYet;
    this.#use = undefined;
    if (!(work instanceof OchnoError)) work.end();
  }
}

/** A refusal may be of a company that the account does not have. */
function isUnexplained(status: ConnectionStatus): boolean {
  return status.state === 'disconnected' && (status.reason === undefined || status.reason === 'forbidden');
}

const noAccountYet = new OchnoError('OCHNO_CLOSED', 'The node has no account: deploy again');
const noInput = new OchnoError('OCHNO_VALUE', 'The node takes no messages: tick "Take control messages" in it');
