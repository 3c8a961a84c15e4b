import type { Action } from '../../protocol/lamp/action';
import { findLamp, type LampField } from '../../protocol/lamp/lamp';
import { LampEstimate, type PresentLamp, type SendNote } from '../../protocol/lamp/lamp-estimate';
import { OchnoError } from '../../protocol/ochno-error';
import { valueAt } from '../../protocol/stream/port-event';
import type { PortAddress } from '../../protocol/topics/address';
import type { Clock } from '../time/clock';
import { type WaitLimits, within } from '../time/deadline';
import { levelUnknownError } from './action-errors';

/** A port's events on their way to one listener. */
export interface PortFollowing {
  /** Resolves once the broker delivers them; rejects when it refuses to. */
  readonly ready: Promise<void>;
  end(): void;
}

/** Where the state of ports comes from. */
export interface PortSource {
  /** Delivers the data of each event of the port; the data may be shared and is not changed. */
  subscribe(address: PortAddress, onEvent: (data: unknown) => void): PortFollowing;
  /** The port's object as the platform's REST API has it. */
  readPort(address: PortAddress, limits: { timeoutMs: number; signal: AbortSignal }): Promise<unknown>;
}

/** Hears each event of a port, and which fields of its lamp something else than our commands has changed. */
export type PortListener = (data: unknown, surprises: readonly LampField[]) => void;

interface FollowedPort {
  readonly address: PortAddress;
  readonly estimate: LampEstimate;
  readonly listeners: Set<PortListener>;
  readonly following: PortFollowing;
  readonly stop: AbortController;
  /** Whether the broker refused the subscription, so that nothing known stays true for long. */
  isUnwatched: boolean;
  /** Counts the times that something may have been missed. */
  gaps: number;
  reading: Promise<void> | undefined;
}

/** After a read that failed in passing. */
const readAgainMs = 1000;

/**
 * What is known of the lamps of followed ports. A port is subscribed to from its first follower to its last; the present
 * state is what its events have shown since, else a REST read, and never a guess.
 */
export class LampStates {
  readonly #source: PortSource;
  readonly #clock: Clock;
  readonly #ports = new Map<string, FollowedPort>();

  constructor(source: PortSource, clock: Clock) {
    this.#source = source;
    this.#clock = clock;
  }

  /** Keeps the port's last state at hand, and hands on its events' data where a listener is given, until `end`. */
  follow(address: PortAddress, onEvent?: PortListener): PortFollowing {
    const port = this.#ports.get(keyOf(address)) ?? this.#start(address);
    // A listener of its own for each follower: their number says when the last has gone.
    const listener: PortListener = (data, surprises) => onEvent?.(data, surprises);
    port.listeners.add(listener);
    return {
      ready: port.following.ready,
      end: () => {
        if (port.listeners.delete(listener) && port.listeners.size === 0) this.#end(port);
      },
    };
  }

  /** Whether these fields of a followed port are known without asking. */
  knows(address: PortAddress, fields: readonly LampField[]): boolean {
    const port = this.#ports.get(keyOf(address));
    return port !== undefined && !port.isUnwatched && port.estimate.knows(fields);
  }

  /** Whether a followed port has shown all that an action sets, which then sets nothing else than fields of its lamp. */
  shows({ address, envelope, properties }: Action): boolean {
    const port = this.#ports.get(keyOf(address));
    const fields = findLamp(envelope);
    if (port === undefined || port.isUnwatched || fields === undefined) return false;
    const names = properties.map((property) => property.replace(/^lamp\./, ''));
    return names.every((name) => Object.hasOwn(fields, name)) && port.estimate.shows(fields);
  }

  /** What is known of the lamp now. */
  present(address: PortAddress): PresentLamp {
    return this.#ports.get(keyOf(address))?.estimate.present() ?? {};
  }

  /**
   * Finds out over REST what is not known of a followed port's lamp; a field that is still not known then, it has not.
   *
   * @throws {OchnoError} what the read failed with, `OCHNO_TIMEOUT`, `OCHNO_CLOSED`
   */
  async learn(address: PortAddress, fields: readonly LampField[], limits: WaitLimits): Promise<void> {
    const port = this.#ports.get(keyOf(address));
    if (port === undefined) return;
    const watched = port.following.ready.catch(() => port.estimate.forget());
    // Read before the events flow, a state could be outdated by one that was missed.
    await within(watched, limits, 'the subscription to the events of the port').catch((failure: unknown) => {
      throw failure instanceof OchnoError && failure.code === 'OCHNO_TIMEOUT' ? levelUnknownError(failure) : failure;
    });
    for (;;) {
      const { gaps } = port;
      try {
        // One read for all who wait for it.
        port.reading ??= this.#startReading(port, limits.deadlineMs - limits.clock.monotonicMs());
        await within(port.reading, limits, 'the present state of the lamp');
        if (port.gaps === gaps) return;
      } catch (failure) {
        if (!(failure instanceof OchnoError) || failure.code === 'OCHNO_CLOSED') throw failure;
        if (port.gaps === gaps && port.estimate.knows(fields)) return;
        if (!failure.retryable && failure.code !== 'OCHNO_TIMEOUT') throw failure;
        await pause(limits);
        if (limits.clock.monotonicMs() >= limits.deadlineMs) throw levelUnknownError(failure);
      }
    }
  }

  /**
   * Reads the port's object over REST, now.
   *
   * @throws {OchnoError} what the read failed with, `OCHNO_TIMEOUT`, `OCHNO_CLOSED`
   */
  async read(address: PortAddress, limits: WaitLimits): Promise<unknown> {
    const timeoutMs = Math.max(1, limits.deadlineMs - limits.clock.monotonicMs());
    const learn = learningOf(this.#ports.get(keyOf(address)));
    const stop = new AbortController();
    try {
      const reading = this.#source.readPort(address, { timeoutMs, signal: stop.signal });
      const object = await within(reading, limits, 'the present state of the port');
      learn(object);
      return object;
    } finally {
      stop.abort();
    }
  }

  /** An action is about to leave for the port; `undefined` where nobody follows it or it sets nothing of its lamp. */
  sending(address: PortAddress, envelope: unknown, isPassing: boolean): SendNote | undefined {
    const port = this.#ports.get(keyOf(address));
    const fields = port && findLamp(envelope);
    return fields && port.estimate.sending(fields, isPassing);
  }

  /** Events of the company may have been missed: what was known of its ports is asked for again when needed. */
  markStale(company: string): void {
    for (const port of this.#ports.values()) {
      if (port.address.company !== company) continue;
      port.gaps += 1;
      port.estimate.forget();
      port.reading = undefined;
    }
  }

  /** Ends every subscription and read. */
  close(): void {
    for (const port of this.#ports.values()) this.#end(port);
  }

  #start(address: PortAddress): FollowedPort {
    const port: FollowedPort = {
      address,
      estimate: new LampEstimate(() => this.#clock.monotonicMs()),
      listeners: new Set(),
      following: this.#source.subscribe(address, (data) => hear(port, data)),
      stop: new AbortController(),
      isUnwatched: false,
      gaps: 0,
      reading: undefined,
    };
    port.following.ready.catch(() => {
      port.isUnwatched = true;
    });
    this.#ports.set(keyOf(address), port);
    return port;
  }

  #end(port: FollowedPort): void {
    if (this.#ports.get(keyOf(port.address)) !== port) return;
    this.#ports.delete(keyOf(port.address));
    port.following.end();
    port.stop.abort();
  }

  #startReading(port: FollowedPort, timeoutMs: number): Promise<void> {
    const learn = learningOf(port);
    const reading = this.#source
      .readPort(port.address, { timeoutMs, signal: port.stop.signal })
      .then(learn)
      .finally(() => {
        if (port.reading === reading) port.reading = undefined;
      });
    return reading;
  }
}

function keyOf({ company, location, hub, port }: PortAddress): string {
  return `${company}/${location}/${hub}/${port}`;
}

/** Takes note of what a read that begins now will give. */
function learningOf(port: FollowedPort | undefined): (object: unknown) => void {
  const gaps = port?.gaps;
  return (object) => {
    // What was read before a gap may be older than what was missed in it.
    if (port?.gaps === gaps) port?.estimate.read(findLamp(object) ?? {});
  };
}

function hear(port: FollowedPort, data: unknown): void {
  if (isUnplugged(data)) port.estimate.forget();
  const surprises = port.estimate.shown(findLamp(data) ?? {});
  for (const listener of [...port.listeners]) listener(data, surprises);
}

/** `connected: false`: the device went away, and what comes in its place may be another. */
function isUnplugged(data: unknown): boolean {
  return [['data', 'connected'], ['connected']].some((path) => valueAt(data, path).value === false);
}

async function pause(limits: WaitLimits): Promise<void> {
  const deadlineMs = Math.min(limits.deadlineMs, limits.clock.monotonicMs() + readAgainMs);
  const never = new Promise<never>(() => undefined);
  await within(never, { ...limits, deadlineMs }, 'the present state of the lamp').catch((error) => {
    if (!(error instanceof OchnoError) || error.code !== 'OCHNO_TIMEOUT') throw error;
  });
}
