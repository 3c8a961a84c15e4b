import { quoted, reasonOf } from '../../protocol/json/quoted';
import type { Difference } from '../../protocol/lamp/action';
import { OchnoError } from '../../protocol/ochno-error';
import type { PortAddress } from '../../protocol/topics/address';

/** A topic may be 256 bytes long, and its end says most. */
const longestTopic = 256;

function on(topic: string): string {
  return `on ${quoted(topic, longestTopic)}`;
}

/** The command was not sent in time and never will be. */
export function notSentError(topic: string, reason: string): OchnoError {
  const message = `The command ${on(topic)} was not sent: ${reason}. It will not be sent later`;
  return new OchnoError('OCHNO_TIMEOUT', message, { retryable: true });
}

/** All the time there was no connection; the problem, as `PublishChannel` has it, says why. */
export function notConnectedError(topic: string, problem: string | undefined): OchnoError {
  return notSentError(topic, `there was no connection${problem === undefined ? '' : ` (${problem})`}`);
}

/** The command was sent, and nobody can tell whether it arrived. */
export function outcomeUnknownError(topic: string, reason: string, cause: unknown): OchnoError {
  const message = `The command ${on(topic)} was sent, but ${reason}: whether the port obeyed is unknown. It is not sent again`;
  return new OchnoError('OCHNO_TIMEOUT', message, { cause });
}

/** Most differences that a message names. */
const mostNamed = 5;

interface Unconfirmed {
  /** Why it is not even known whether the broker has the command. */
  readonly doubt: OchnoError | undefined;
  /** How the port's state, as far as it is known, differs from what was sent. */
  readonly differences: readonly Difference[];
  /** Why the port's state could not be read. */
  readonly readFailure: OchnoError | undefined;
}

/** The port did not show the values in time. */
export function unconfirmedError(topic: string, { doubt, differences, readFailure }: Unconfirmed): OchnoError {
  const start = doubt?.message ?? `The broker has the command ${on(topic)}`;
  const named = differences.slice(0, mostNamed).map(nameDifference).join(', ');
  const unread = readFailure === undefined ? '' : `; its state could not be read: ${reasonOf(readFailure)}`;
  const message = `${start}, but the port does not show its values: ${named}${unread}. See whether the port is online, and what is plugged in there`;
  return new OchnoError('OCHNO_TIMEOUT', message, { cause: doubt ?? readFailure });
}

function nameDifference({ property, wanted, shown }: Difference): string {
  if (shown === undefined) return `it shows no ${property}`;
  return `${property} is ${quoted(shown)}, not ${quoted(wanted)}`;
}

export function refusedError(topic: string, isQuarantined: boolean): OchnoError {
  const advice = 'See that the address is right and that the account may control this port';
  const message = isQuarantined
    ? `The command ${on(topic)} was not sent: the broker closed the connection on earlier ones, so none is tried for ten minutes. ${advice}`
    : `The broker closed the connection on the command ${on(topic)}, which is its way to refuse one. ${advice}`;
  return new OchnoError('OCHNO_REFUSED', message);
}

export function closedError(topic: string, isPublished: boolean): OchnoError {
  const state = isPublished ? 'the broker acknowledged it: whether the port obeyed is unknown' : 'it was sent';
  const message = `The command ${on(topic)} was given up, since the node or account was closed, before ${state}`;
  return new OchnoError('OCHNO_CLOSED', message);
}

export function queueFullError(topic: string, mostWaiting: number): OchnoError {
  return notSentError(topic, `${mostWaiting} commands are waiting already, more than can leave in time`);
}

export function noLampLevelError({ port }: PortAddress): OchnoError {
  const message = `Port ${quoted(port)} has no lamp level, so it can't be changed from there; see what is plugged in, or give a level from 0 to 100`;
  return new OchnoError('OCHNO_VALUE', message);
}

/** The level could not be looked up in time, for a reason that may pass. */
export function levelUnknownError(failure: OchnoError): OchnoError {
  const message = `The present level of the lamp is not known, so nothing was sent: ${failure.message}`;
  return new OchnoError('OCHNO_TIMEOUT', message, { cause: failure, retryable: true });
}
