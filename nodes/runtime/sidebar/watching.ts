import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Clock, systemClock } from '../../../src/client/time/clock';
import { OchnoError } from '../../../src/protocol/ochno-error';
import type { CompanyKey, CompanyLine, Frame, Look, Told } from '../../sidebar-messages';
import type { DeployPhase } from '../deploy-phase';
import type { Runtime } from '../node-red';
import { AccountOverview, failureOf } from './account-overview';
import { Leases, readLook } from './leases';
import { streamHealth } from './stream-health';
import { WatchedCompany } from './watched-company';

const frameEveryMs = 250;
const healthEveryMs = 2_000;
/** Reading lists is bounded by itself. */
const longestReadingMs = 60_000;
/** For the look that wants what was read: it comes on another connection. */
const graceMs = 3_000;
/** So many are written in a few milliseconds, after which the flows have their turn. */
const portsInALine = 250;
/** More than this every quarter of a second and an editor would lag behind. */
const mostCharactersAFrame = 100_000;

/** Sends to one editor. */
type Tell = (session: string, told: Told) => void;

/** All that the sidebars of all editors look at. Idle, with nothing held or asked, while there is nobody. */
export class Watching {
  readonly #RED: Runtime;
  readonly #deploy: DeployPhase;
  readonly #tell: Tell;
  readonly #clock: Clock;
  readonly #leases: Leases;
  readonly #companies = new Map<string, WatchedCompany>();
  #overview: AccountOverview | undefined;
  #cancelFrames: (() => void) | undefined;
  #cancelHealth: (() => void) | undefined;
  #cancelAccounts: (() => void) | undefined;
  #awaitsDeploy = false;
  #accountsToldMs = Number.NEGATIVE_INFINITY;
  /** The number of the last frame of any company: it goes on counting where a deploy has a company watched anew. */
  #frame = 0;

  constructor(RED: Runtime, deploy: DeployPhase, tell: Tell, clock: Clock = systemClock) {
    this.#RED = RED;
    this.#deploy = deploy;
    this.#tell = tell;
    this.#clock = clock;
    this.#leases = new Leases(() => this.#adapt(), clock);
  }

  /** @param data what an editor sent; see `Look` */
  look(session: string, data: unknown): void {
    const look: Look = readLook(data);
    const isNew = this.#leases.take(session, look);
    // What an editor knows of accounts would be taken from it, and come again with the end of the deploy.
    if (isNew && this.#deploy.isUnderWay) this.#tell(session, { kind: 'deploy under way' });
    else if (isNew) this.#tellAccounts([session]);
    if (this.#cancelHealth === undefined && look.looking) this.#tellHealth();
  }

  leave(session: string): void {
    this.#leases.end(session);
  }

  /** After a deploy. */
  refresh(): void {
    this.#awaitsDeploy = false;
    if (this.#overview === undefined) {
      this.#adapt();
      if (!this.#leases.isEmpty) this.#accountsChanged();
      return;
    }
    const before = this.#overview;
    const clients = new Map([...this.#companies.values()].map(({ key }) => [key.account, before.account(key.account)]));
    before.refresh();
    const replaced = [...this.#companies].filter(
      ([, { key }]) => clients.get(key.account) !== before.account(key.account),
    );
    for (const [name] of replaced) this.#companies.delete(name);
    this.#adapt();
    for (const [name, watched] of replaced) {
      this.#companies.get(name)?.goOnFrom(watched);
      watched.close();
    }
    this.#accountsChanged();
  }

  /** All that is in a company, for who looks or is about to, in lines. */
  async *read(key: CompanyKey): AsyncGenerator<CompanyLine> {
    this.#leases.hold(key, longestReadingMs);
    if (this.#deploy.isUnderWay) {
      await this.#deploy.over();
      this.#leases.hold(key, longestReadingMs);
    }
    const watched = this.#companies.get(nameOf(key));
    try {
      if (watched === undefined) {
        throw new OchnoError(
          'OCHNO_VALUE',
          'This account is not deployed, or not configured: deploy it and look again',
        );
      }
      const { layout, ports } = watched.read();
      yield { line: 'layout', layout: await layout };
      const entries = await ports;
      yield { line: 'as of', now: this.#clock.now(), frame: this.#frame, count: entries.length };
      for (let at = 0; at < entries.length; at += portsInALine) {
        yield { line: 'ports', ports: entries.slice(at, at + portsInALine) };
        await nextTurn();
      }
    } catch (error) {
      yield { line: 'failed', failure: failureOf(error) };
    } finally {
      watched?.listen();
      this.#leases.hold(key, graceMs);
    }
  }

  /** Makes what is watched what is looked at. */
  #adapt(): void {
    if (this.#leases.isEmpty) {
      this.#rest();
      return;
    }
    if (this.#deploy.isUnderWay) {
      void this.#refreshAfterDeploy();
      return;
    }
    this.#overview ??= new AccountOverview(this.#RED, () => this.#accountsChanged());
    const wanted = new Map(this.#leases.companies.map((key) => [nameOf(key), key]));
    for (const [name, watched] of this.#companies) {
      if (wanted.has(name)) continue;
      watched.close();
      this.#companies.delete(name);
    }
    for (const [name, key] of wanted) if (!this.#companies.has(name)) this.#watch(name, key);
  }

  /** Also after one whose flows do not start. */
  async #refreshAfterDeploy(): Promise<void> {
    if (this.#awaitsDeploy) return;
    this.#awaitsDeploy = true;
    await this.#deploy.over();
    if (this.#awaitsDeploy) this.refresh();
  }

  #watch(name: string, key: CompanyKey): void {
    const account = this.#overview?.account(key.account);
    if (account === undefined) return;
    const onStale = (): void => this.#tellWho(key, { kind: 'stale', ...key });
    const onChange = (): void => this.#framesDue();
    this.#companies.set(name, new WatchedCompany({ key, account, clock: this.#clock, onChange, onStale }));
  }

  #rest(): void {
    for (const watched of this.#companies.values()) watched.close();
    this.#companies.clear();
    this.#overview?.close();
    this.#overview = undefined;
    this.#cancelFrames?.();
    this.#cancelFrames = undefined;
    this.#cancelAccounts?.();
    this.#cancelAccounts = undefined;
    this.#cancelHealth?.();
    this.#cancelHealth = undefined;
  }

  /** The first change is told at once, since the companies are waited for; those that follow it four times a second. */
  #accountsChanged(): void {
    const sinceToldMs = this.#clock.monotonicMs() - this.#accountsToldMs;
    this.#cancelAccounts ??= this.#clock.after(Math.max(0, frameEveryMs - sinceToldMs), () => {
      this.#cancelAccounts = undefined;
      this.#accountsToldMs = this.#clock.monotonicMs();
      this.#tellAccounts(this.#leases.sessions);
    });
  }

  #framesDue(): void {
    this.#cancelFrames ??= this.#clock.after(frameEveryMs, () => {
      this.#cancelFrames = undefined;
      this.#tellFrames();
    });
  }

  #tellFrames(): void {
    const frames = this.#takeFrames();
    for (const session of this.#leases.sessions) {
      const wanted = frames.filter((frame) => this.#leases.wants(session, frame));
      if (wanted.length > 0) this.#tell(session, { kind: 'frames', frames: wanted });
    }
  }

  #takeFrames(): readonly Frame[] {
    const frames: Frame[] = [];
    let left = mostCharactersAFrame;
    for (const [name, watched] of [...this.#companies]) {
      if (!watched.hasNews) continue;
      if (left <= 0) {
        this.#framesDue();
        break;
      }
      this.#frame += 1;
      const { frame, characters } = watched.takeFrame(this.#frame, left);
      left -= characters;
      frames.push(frame);
      if (!watched.hasNews) continue;
      this.#framesDue();
      // The others come first the next time.
      this.#companies.delete(name);
      this.#companies.set(name, watched);
    }
    return frames;
  }

  #tellAccounts(sessions: readonly string[]): void {
    const accounts = this.#overview?.summaries ?? [];
    for (const session of sessions) this.#tell(session, { kind: 'accounts', now: this.#clock.now(), accounts });
  }

  #tellWho(key: CompanyKey, told: Told): void {
    for (const session of this.#leases.sessions) if (this.#leases.wants(session, key)) this.#tell(session, told);
  }

  #tellHealth(): void {
    const { sessions } = this.#leases;
    this.#cancelHealth = undefined;
    if (sessions.length === 0) return;
    if (!this.#deploy.isUnderWay) {
      const streams = (this.#overview?.accounts ?? []).flatMap(({ account, ...named }) =>
        account.vitals().map((vitals) => streamHealth(named, vitals, account.commandTally(vitals.company))),
      );
      for (const session of sessions) this.#tell(session, { kind: 'health', now: this.#clock.now(), streams });
    }
    this.#cancelHealth = this.#clock.after(healthEveryMs, () => this.#tellHealth());
  }
}

function nameOf({ account, company }: CompanyKey): string {
  return `${account}/${company}`;
}
