import type { OchnoError } from '../../protocol/ochno-error';
import type { PortEvent } from '../../protocol/stream/port-event';
import type { PortAddress } from '../../protocol/topics/address';

/** Bytes that arrived on a port's topic and are not JSON. */
export interface UnreadableEvent {
  readonly topic: string;
  readonly address: PortAddress;
  readonly bytes: Buffer;
  /** ms since 1970 by this computer's clock. */
  readonly receivedAt: number;
  readonly error: OchnoError;
}

/** A stretch of time in which events of a company may have been missed, in ms since 1970. */
export interface EventGap {
  readonly company: string;
  readonly from: number;
  readonly to: number;
  /** `rate` if so much came on one connection that the broker will have discarded some; else there was no connection. */
  readonly reason?: 'outage' | 'rate' | undefined;
}

/** What a subscriber holds of its subscription. */
export interface HeldSubscription {
  /** The subscriber leaves. A named one's is parked for a second, for whoever comes back under its name. Once only. */
  end(): void;
}

/** Someone who wants the events of some ports. */
export interface PortSubscriber {
  /** Who it is among the subscribers of an account. One that leaves and is back within a second under its name, for the same ports, misses nothing. */
  readonly name?: string | undefined;
  /** It only looks on: a stream that nobody else uses says nothing about the account as a whole. */
  readonly isOnlooker?: boolean | undefined;
  /** When the ports' present state is to be read over REST and delivered first, as events of kind `snapshot`. */
  readonly initial: 'none' | 'start' | 'connect';
  /** One event; `event.data` is this subscriber's own copy. */
  onEvent(event: PortEvent): void;
  onUnreadable(unreadable: UnreadableEvent): void;
  onGap(gap: EventGap): void;
  /** The broker refused the subscription that serves this subscriber; its other ports are not affected. */
  onRefused(error: OchnoError): void;
}
