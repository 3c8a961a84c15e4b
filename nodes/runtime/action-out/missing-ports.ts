import type { ActionCommand } from '../../../src/client/commands/action-command';
import { type Clock, systemClock } from '../../../src/client/time/clock';
import type { ListedPort } from '../../../src/protocol/rest/listed-places';
import type { PortAddress } from '../../../src/protocol/topics/address';
import type { Account } from '../account/shared-account';
import { noDevice, noLamp, noPort, type Sign } from '../status/status';
import type { StatusLight } from '../status/status-light';

/** What lists say that are older than this may have changed; they are read anew if a message comes. */
const oldestMs = 10 * 60_000;
/** Where something was missing, it is looked at again so soon. */
const oldestIfMissingMs = 60_000;
/** A stream of messages is looked after this often. */
const everyMs = 250;

/**
 * Says under a node what is missing where it sends, as far as the platform's lists know: the port, or a lamp at it. Before
 * its first message for the ports it names itself, after each message for those it went to.
 */
export class MissingPorts {
  readonly #lists: Account['lists'];
  readonly #light: StatusLight;
  readonly #command: ActionCommand['command'];
  readonly #clock: Clock;
  #targets: readonly PortAddress[] = [];
  #nextLookMs = Number.NEGATIVE_INFINITY;
  #nextReadMs = Number.NEGATIVE_INFINITY;
  #cancelTimer: (() => void) | undefined;
  /** Whether the timer ends shortly. */
  #isSoon = false;
  #isOver = false;

  constructor(
    { lists }: Pick<Account, 'lists'>,
    parts: { readonly light: StatusLight; readonly command: ActionCommand['command']; readonly clock?: Clock },
  ) {
    this.#lists = lists;
    this.#light = parts.light;
    this.#command = parts.command;
    this.#clock = parts.clock ?? systemClock;
  }

  /** The node sends to these ports. */
  look(targets: readonly PortAddress[]): void {
    if (this.#isOver || targets.length === 0) return;
    this.#targets = targets;
    const waitMs = this.#nextLookMs - this.#clock.monotonicMs();
    if (waitMs <= 0) this.#show();
    else if (!this.#isSoon) this.#lookAgainIn(waitMs);
  }

  end(): void {
    this.#isOver = true;
    this.#cancelTimer?.();
    this.#light.missing(undefined);
  }

  #show(): void {
    const sign = this.#sign();
    this.#light.missing(sign);
    const nowMs = this.#clock.monotonicMs();
    this.#nextLookMs = nowMs + everyMs;
    this.#isSoon = false;
    if (nowMs >= this.#nextReadMs) this.#read(nowMs, sign === undefined ? oldestMs : oldestIfMissingMs);
  }

  #sign(): Sign | undefined {
    for (const target of this.#targets) {
      const places = this.#lists.known(target.company);
      // An account that lists no port at all knows nothing of this one.
      if (places.ports.length === 0 || this.#clock.now() - (places.readAt.ports ?? 0) > oldestMs) continue;
      const sign = signOf(places.port(target), this.#command);
      if (sign !== undefined) return sign;
    }
    return undefined;
  }

  #read(nowMs: number, maxAgeMs: number): void {
    this.#nextReadMs = nowMs + oldestIfMissingMs;
    const companies = [...new Set(this.#targets.map(({ company }) => company))];
    const reading = companies.map((company) => this.#lists.ports(company, { maxAgeMs }));
    // Lists that can't be read say nothing.
    Promise.all(reading).then(
      () => this.#hasRead(),
      () => this.#lookAgainIn(oldestIfMissingMs),
    );
  }

  #hasRead(): void {
    if (this.#isOver) return;
    const sign = this.#sign();
    this.#light.missing(sign);
    if (sign === undefined) this.#nextReadMs = this.#clock.monotonicMs() + oldestMs;
    else this.#lookAgainIn(oldestMs);
  }

  #lookAgainIn(delayMs: number): void {
    if (this.#isOver || this.#isSoon) return;
    this.#cancelTimer?.();
    this.#isSoon = delayMs <= everyMs;
    this.#cancelTimer = this.#clock.after(delayMs, () => this.#show());
  }
}

/** What is missing for a command at a port, as the list has it. */
function signOf(port: ListedPort | undefined, command: ActionCommand['command']): Sign | undefined {
  if (port === undefined) return noPort;
  if (port.connected === false) return noDevice;
  // A list that does not tell what is plugged in does not tell that it is not a lamp.
  const isOther = command === 'lamp' && !port.isLamp && (port.device !== '' || port.kinds.length > 0);
  return isOther ? noLamp : undefined;
}
