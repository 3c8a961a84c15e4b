import { writeExactly } from '../../protocol/json/exact-json';
import { equalJson } from '../../protocol/json/json-equal';
import { mergePatch } from '../../protocol/json/merge-patch';
import { isPlainObject } from '../../protocol/json/plain-object';
import { OchnoError } from '../../protocol/ochno-error';
import type { Clock } from '../time/clock';
import { Deadline, unlessAborted } from '../time/deadline';
import type { Requester, RestRequest, RestResponse } from './rest-request';

export interface ObjectUpdate {
  readonly path: string;
  readonly query?: RestRequest['query'];
  /** A JSON object, merged into what is there (RFC 7396). */
  readonly patch: unknown;
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

export interface ObjectUpdaterOptions {
  readonly clock: Clock;
  readonly random: () => number;
}

/** How often the object may have been changed by others between reading and writing before we give up. */
const mostRounds = 8;
const pauseMs = 100;

/**
 * Changes parts of objects that the platform can only replace as a whole: reads, merges, writes back. Where the
 * platform gives ETags, a change made by others in between is seen (If-Match, 412) and merged anew; updates of one
 * object wait for each other, so that these lose nothing even without ETags. Numbers keep all their digits.
 */
export class ObjectUpdater {
  readonly #rest: Requester;
  readonly #clock: Clock;
  readonly #random: () => number;
  /** The end of the last update of each path, so that the next one waits for it. */
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(rest: Requester, { clock, random }: ObjectUpdaterOptions) {
    this.#rest = rest;
    this.#clock = clock;
    this.#random = random;
  }

  /**
   * @returns the answer to the PUT
   * @throws OchnoError as `RestClient.request` does; OCHNO_HTTP 412 if others kept changing the object
   */
  async update(update: ObjectUpdate): Promise<RestResponse> {
    const deadline = this.#deadline(update);
    const before = this.#last.get(update.path);
    const done = this.#inTurn(before, update, deadline);
    // The next one waits until this one and all before it have ended, however they did.
    const ended = Promise.allSettled([before, done]);
    this.#last.set(update.path, ended);
    try {
      return await done;
    } finally {
      deadline.end();
      if (this.#last.get(update.path) === ended) this.#last.delete(update.path);
    }
  }

  async #inTurn(before: Promise<unknown> | undefined, update: ObjectUpdate, deadline: Deadline): Promise<RestResponse> {
    if (before !== undefined) await unlessAborted(deadline.signal, before);
    let refused: RestResponse | undefined;
    for (let round = 1; ; round += 1) {
      const present = await this.#read(update, deadline);
      const isRefusedInVain = refused !== undefined && isSame(present, refused);
      try {
        return await this.#write(update, present, isRefusedInVain ? undefined : tagOf(present), deadline);
      } catch (error) {
        const changed = error instanceof OchnoError && error.statusCode === 412;
        if (!changed || round === mostRounds) throw error;
        refused = present;
        await deadline.pause(pauseMs * this.#random());
      }
    }
  }

  async #read(update: ObjectUpdate, deadline: Deadline): Promise<RestResponse> {
    const { path, query, signal } = update;
    const timeoutMs = deadline.remainingMs;
    const present = await this.#rest.request({ method: 'GET', path, query, signal, timeoutMs, exactNumbers: true });
    if (isPlainObject(present.body)) return present;
    const { statusCode } = present;
    const details = { statusCode, cause: { statusCode } };
    throw new OchnoError(
      'OCHNO_HTTP',
      `update: GET ${path} gave no object that could be changed; check the id.`,
      details,
    );
  }

  #write(
    { path, query, patch, signal }: ObjectUpdate,
    present: RestResponse,
    ifMatch: string | undefined,
    deadline: Deadline,
  ): Promise<RestResponse> {
    const body = writeExactly(mergePatch(present.body, patch));
    const timeoutMs = deadline.remainingMs;
    return this.#rest.request({
      method: 'PUT',
      path,
      query,
      body,
      ifMatch,
      replaces: present.body,
      signal,
      timeoutMs,
    });
  }

  #deadline({ path, timeoutMs, signal }: ObjectUpdate): Deadline {
    const timedOut = (): OchnoError =>
      new OchnoError('OCHNO_TIMEOUT', `The update of ${path} was not done within ${timeoutMs / 1000} s.`, {
        reason: 'timeout',
        retryable: true,
      });
    const closed = (): OchnoError =>
      new OchnoError('OCHNO_CLOSED', `The update of ${path} was given up: the node was closed.`);
    return new Deadline({
      clock: this.#clock,
      timeoutMs,
      timedOut,
      unless: signal === undefined ? [] : [[signal, closed]],
    });
  }
}

function tagOf({ headers }: RestResponse): string | undefined {
  return typeof headers.etag === 'string' ? headers.etag : undefined;
}

/**
 * Whether an object read after its tag was refused is still the one that was read before. Then nobody changed it, and the
 * server does not know its own tag again: because it never takes weak ones (RFC 9110, 13.1.1), or because something on the
 * way rewrites them, as Apache does where it compresses.
 */
function isSame(present: RestResponse, before: RestResponse): boolean {
  return tagOf(present) === tagOf(before) || equalJson(present.body, before.body);
}
