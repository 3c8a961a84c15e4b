import type { Logger } from '../../../src/client/logger';
import { type Clock, systemClock } from '../../../src/client/time/clock';
import type { RuntimeNode } from '../node-red';
import { type Reading, reading } from '../options/option-reading';
import type { Account } from './account';
import { GapNotice, tabOf } from './gap-notice';

/** Makes the account's client; throws an `OchnoError` where its options are unusable. */
export type OpenAccount = (logger: Logger) => Account;

/** Closing the client is bounded by itself; this bound holds even if that fails. */
const closeLimitMs = 3000;

/** One account node's client, made for the first node that uses it. */
export class SharedAccount {
  readonly gaps = new GapNotice();
  readonly #node: RuntimeNode;
  readonly #open: OpenAccount;
  readonly #clock: Clock;
  readonly #users = new Set<RuntimeNode>();
  #opened: Reading<Account> | undefined;
  /** The users' common hold on the client: there may be thousands of them. */
  #release: (() => void) | undefined;

  constructor(node: RuntimeNode, open: OpenAccount, clock: Clock = systemClock) {
    this.#node = node;
    this.#open = open;
    this.#clock = clock;
  }

  /** The client, made now if there is none; or why there can be none, which is logged once. */
  register(user: RuntimeNode): Reading<Account> {
    const opened = this.open();
    if (opened.ok) this.#release ??= opened.value.use();
    this.#users.add(user);
    return opened;
  }

  /** As `register`, for who is not a node and holds the client open by using it. */
  open(): Reading<Account> {
    this.#opened ??= this.#tryToOpen();
    return this.#opened;
  }

  /** At once: at a deploy the account's own closing begins before a promise here could settle. */
  deregister(user: RuntimeNode): void {
    this.#users.delete(user);
    if (this.#users.size > 0) return;
    this.#release?.();
    this.#release = undefined;
  }

  /** The client, if one was made: for the edit dialogs. */
  get current(): Account | undefined {
    return this.#opened?.ok ? this.#opened.value : undefined;
  }

  /**
   * One user of each tab by its id. Node-RED passes on the account's errors to the flow of every entry: twenty nodes on
   * a tab are to hear of one refused log-in once. It walks a plain object only.
   */
  get users(): Record<string, RuntimeNode> {
    const firstOfTab = new Map<string, RuntimeNode>();
    for (const user of this.#users) {
      const tab = tabOf(user);
      if (!firstOfTab.has(tab)) firstOfTab.set(tab, user);
    }
    return Object.fromEntries([...firstOfTab.values()].map((user) => [user.id, user]));
  }

  /** Closes the client; resolves when it is closed, after 3 s at the latest, and never rejects. */
  async close(removed: boolean): Promise<void> {
    const account = this.current;
    this.#opened = undefined;
    this.#release = undefined;
    this.#users.clear();
    if (!account) return;
    let giveUp: () => void = () => undefined;
    const limit = new Promise<void>((resolve) => {
      giveUp = this.#clock.after(closeLimitMs, resolve);
    });
    const closed = account.close({ keepSessions: !removed }).catch((error: unknown) => {
      this.#node.warn(
        `The account could not be closed in good order: ${error instanceof Error ? error.message : error}`,
      );
    });
    await Promise.race([closed, limit]);
    giveUp();
  }

  #tryToOpen(): Reading<Account> {
    const opened = reading(() => this.#open(nodeLogger(this.#node)));
    if (!opened.ok) this.#node.error(`Not configured: ${opened.problem.message}`);
    return opened;
  }
}

/** What the client says goes to Node-RED's log under the account's name, errors also to the Catch nodes of its users. */
function nodeLogger(node: RuntimeNode): Logger {
  return {
    info: (message) => node.log(message),
    warn: (message) => node.warn(message),
    error: (message) => node.error(message, {}),
    debug: (message) => node.debug(message),
  };
}
