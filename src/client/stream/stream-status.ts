import type { ConnectionState } from '../../protocol/connection/connection-state';
import { type ConnectionReason, OchnoError } from '../../protocol/ochno-error';
import type { EventGap } from '../events/port-subscriber';
import { StreamError } from '../mqtt/stream-error';

/** What a user is told of a connection. */
export type ConnectionStatus =
  | { readonly state: 'connected' }
  | { readonly state: 'connecting' }
  | { readonly state: 'disconnected'; readonly reason?: ConnectionReason | undefined }
  | { readonly state: 'log-in refused' }
  | { readonly state: 'not configured'; readonly problem: string }
  /** Nobody has asked for anything yet. */
  | { readonly state: 'unused' };

/** How much each calls for somebody's attention. */
const severity: Readonly<Record<ConnectionStatus['state'], number>> = {
  unused: 0,
  connected: 1,
  connecting: 2,
  disconnected: 3,
  'log-in refused': 4,
  'not configured': 5,
};

/** Of several connections the one that is worst off. */
export function worstStatus(first: ConnectionStatus, ...others: readonly ConnectionStatus[]): ConnectionStatus {
  return others.reduce((worst, status) => (severity[status.state] > severity[worst.state] ? status : worst), first);
}

/** What a user is told of a stream in this state; `failure` is of its last attempt, where that failed. */
export function streamStatus(
  { is }: ConnectionState,
  renewalIsRefused: boolean,
  failure: Error | undefined,
): ConnectionStatus {
  if (is === 'stopped') return { state: 'unused' };
  if (is === 'refused' || renewalIsRefused) return { state: 'log-in refused' };
  if (is !== 'connecting' && is !== 'waiting') return { state: 'connected' };
  if (failure === undefined) return { state: 'connecting' };
  return { state: 'disconnected', reason: reasonOf(failure) };
}

function reasonOf(error: Error): ConnectionReason | undefined {
  if (!(error instanceof StreamError || error instanceof OchnoError)) return undefined;
  const isForbidden = error instanceof OchnoError && error.statusCode === 403;
  return error.reason ?? (isForbidden ? 'forbidden' : undefined);
}

/** How a company's stream is doing, for those who look on. Times are in ms since 1970; there is no secret in it. */
export interface StreamVitals {
  readonly company: string;
  readonly status: ConnectionStatus;
  /** Since when there has been a connection without interruption, renewals included. */
  readonly connectedSinceMs: number | undefined;
  /** When the credentials end that the connection was opened with. */
  readonly credentialsEndMs: number | undefined;
  /** How often the connection was renewed, and how often it was lost and is there again, since Node-RED started. */
  readonly renewals: number;
  readonly reconnects: number;
  /** The gaps of the last 24 hours, the oldest first; at most 100. */
  readonly gaps: readonly EventGap[];
  /** What the account's policy at the broker permits, as far as refusals have told. */
  readonly policy: {
    /** Whether the broker keeps QoS 1 events during an interruption. */
    readonly sessions: boolean;
    /** Whether there may be a second connection, so that renewals interrupt nothing. */
    readonly secondConnection: boolean;
    /** Topic filters that are refused. */
    readonly refusedFilters: readonly string[];
  };
  /** The broker's clock minus this computer's; 0 while that is good enough. */
  readonly clockOffsetMs: number;
  /** Events in the last full second. */
  readonly eventsPerSecond: number;
  /** Events in each full minute of the last 24 hours, the oldest first: 1440 numbers. */
  readonly eventsPerMinute: readonly number[];
}

const secondMs = 1_000;
const secondsAMinute = 60;
/** Two minutes: what was usual before an outage is asked when that is noticed. */
const secondsKept = 2 * secondsAMinute;
const minutesKept = 1440;
/** One more is being counted. */
const minuteSlots = minutesKept + 1;
const dayMs = 24 * 3_600_000;
const mostGaps = 100;

/** Counts what a stream does. Its memory is bounded, and an event costs it an addition. */
export class StreamMeter {
  renewals = 0;
  reconnects = 0;
  readonly #seconds = new Uint32Array(secondsKept);
  readonly #minutes = new Uint32Array(minuteSlots);
  readonly #startMs: number;
  /** The number of the second that is being counted. */
  #second: number;
  #secondEndMs: number;
  #count = 0;
  #gaps: { readonly gap: EventGap; readonly atMs: number }[] = [];

  /** Here as everywhere `nowMs` is of a clock that never goes back. */
  constructor(nowMs: number) {
    this.#startMs = nowMs;
    this.#second = Math.floor(nowMs / secondMs);
    this.#secondEndMs = (this.#second + 1) * secondMs;
  }

  event(nowMs: number): void {
    if (nowMs >= this.#secondEndMs) this.#turn(nowMs);
    this.#count += 1;
  }

  gap(gap: EventGap, nowMs: number): void {
    this.#gaps = [...this.#gaps, { gap, atMs: nowMs }].slice(-mostGaps);
  }

  /** The gaps of the last 24 hours. */
  gaps(nowMs: number): readonly EventGap[] {
    return this.#gaps.filter(({ atMs }) => nowMs - atMs < dayMs).map(({ gap }) => gap);
  }

  /** Events in the last full second. */
  perSecond(nowMs: number): number {
    this.#turn(nowMs);
    return this.#seconds[(this.#second + secondsKept - 1) % secondsKept] ?? 0;
  }

  /** Events a second over the minute before `atMs`; undefined if there was none, or if it is too long ago. */
  usualPerSecond(atMs: number): number | undefined {
    this.#turn(atMs);
    const end = Math.floor(atMs / secondMs);
    const first = end - secondsAMinute;
    if (atMs - this.#startMs < secondsAMinute * secondMs || first < this.#second - secondsKept) return undefined;
    let sum = 0;
    for (let second = first; second < end; second += 1) sum += this.#seconds[second % secondsKept] ?? 0;
    return sum / secondsAMinute;
  }

  /** Events in each full minute of the last 24 hours, the oldest first. */
  perMinute(nowMs: number): readonly number[] {
    this.#turn(nowMs);
    const oldest = Math.floor(this.#second / secondsAMinute) + 1;
    return Array.from({ length: minutesKept }, (_, index) => this.#minutes[(oldest + index) % minuteSlots] ?? 0);
  }

  /** Books the second that was being counted, and none for those that were skipped. */
  #turn(nowMs: number): void {
    const second = Math.floor(nowMs / secondMs);
    if (second <= this.#second) return;
    this.#seconds[this.#second % secondsKept] = this.#count;
    const minute = Math.floor(this.#second / secondsAMinute);
    this.#minutes[minute % minuteSlots] = (this.#minutes[minute % minuteSlots] ?? 0) + this.#count;
    const skipped = Math.min(second - this.#second - 1, secondsKept);
    for (let step = 1; step <= skipped; step += 1) this.#seconds[(this.#second + step) % secondsKept] = 0;
    const newMinutes = Math.min(Math.floor(second / secondsAMinute) - minute, minuteSlots);
    for (let step = 1; step <= newMinutes; step += 1) this.#minutes[(minute + step) % minuteSlots] = 0;
    this.#second = second;
    this.#secondEndMs = (second + 1) * secondMs;
    this.#count = 0;
  }
}

/** What a company's stream is called in the log. */
export function streamName(company: string): string {
  return `the stream of company ${company}`;
}
