import { writeExactly } from '../../protocol/json/exact-json';
import { equalJson } from '../../protocol/json/json-equal';
import { mergePatch } from '../../protocol/json/merge-patch';
import { isPlainObject } from '../../protocol/json/plain-object';
import { OchnoError } from '../../protocol/ochno-error';
import type { Surroundings } from '../surroundings';
import { NamedQueues } from '../time/call-queue';
import { Deadline } from '../time/deadline';
import { defaultTimeoutMs, type Requester, type RestRequest, type RestResponse } from './rest-request';

/** The object and what becomes of it: `body` is merged into what is there (RFC 7396), or takes its place. */
export type ObjectChange = Pick<RestRequest, 'path' | 'query' | 'body' | 'signal' | 'timeoutMs'>;

/** Makes a request of the object, in the time that is left. */
type Ask = (request: Omit<RestRequest, 'path'>) => Promise<RestResponse>;

/** How often the object may have been changed by others between reading and writing before we give up. */
const mostRounds = 8;
const pauseMs = 100;

/**
 * Changes objects that the platform can only replace as a whole, or parts of them: reads, merges, writes back. Where the
 * platform gives ETags, a change made by others in between is seen (If-Match, 412) and merged anew; changes of one
 * object wait for each other, so that these lose nothing even without ETags. Numbers keep all their digits.
 */
export class ObjectUpdater {
  readonly #rest: Requester;
  readonly #around: Pick<Surroundings, 'clock' | 'random'>;
  /** By path. */
  readonly #turns = new NamedQueues();

  constructor(rest: Requester, around: Pick<Surroundings, 'clock' | 'random'>) {
    this.#rest = rest;
    this.#around = around;
  }

  /**
   * Merges a JSON object into what is there.
   *
   * @returns the answer to the PUT
   * @throws OchnoError as `RestClient.request` does; OCHNO_HTTP 412 if others kept changing the object
   */
  update(change: ObjectChange): Promise<RestResponse> {
    return this.#inTurn(change, (ask, deadline) => this.#merge(change.body, ask, deadline));
  }

  /**
   * Puts a JSON object or its text in the place of what is there, whoever has changed that. What is there is read first: if
   * the answer is lost, that tells whether the object was replaced.
   *
   * @returns the answer to the PUT
   * @throws OchnoError as `RestClient.request` does
   */
  replace(change: ObjectChange): Promise<RestResponse> {
    return this.#inTurn(change, async (ask) => {
      const present = await readObject(ask).catch(asAbsent);
      return ask({ method: 'PUT', body: change.body, replaces: present?.body });
    });
  }

  async #inTurn(
    { path, query, timeoutMs = defaultTimeoutMs, signal }: ObjectChange,
    change: (ask: Ask, deadline: Deadline) => Promise<RestResponse>,
  ): Promise<RestResponse> {
    const timedOut = (): OchnoError =>
      new OchnoError('OCHNO_TIMEOUT', `The change of ${path} was not done within ${timeoutMs / 1000} s.`, {
        reason: 'timeout',
        retryable: true,
      });
    const closed = (): OchnoError =>
      new OchnoError('OCHNO_CLOSED', `The change of ${path} was given up: the node was closed.`);
    const deadline = new Deadline({ clock: this.#around.clock, timeoutMs, timedOut, signals: [signal], closed });
    const ask: Ask = (request) =>
      this.#rest.request({ path, query, signal, timeoutMs: Math.max(1, deadline.remainingMs), ...request });
    try {
      return await this.#turns.run(path, () => change(ask, deadline), deadline.signal);
    } finally {
      deadline.end();
    }
  }

  async #merge(patch: unknown, ask: Ask, deadline: Deadline): Promise<RestResponse> {
    let refused: RestResponse | undefined;
    for (let round = 1; ; round += 1) {
      const present = await readObject(ask);
      const isRefusedInVain = refused !== undefined && isSame(present, refused);
      const body = writeExactly(mergePatch(present.body, patch));
      const ifMatch = isRefusedInVain ? undefined : tagsFor(present);
      try {
        return await ask({ method: 'PUT', body, ifMatch, replaces: present.body });
      } catch (error) {
        const changed = error instanceof OchnoError && error.statusCode === 412;
        if (!changed || round === mostRounds) throw error;
        refused = present;
        await deadline.pause(pauseMs * this.#around.random());
      }
    }
  }
}

async function readObject(ask: Ask): Promise<RestResponse> {
  const present = await ask({ method: 'GET', exactNumbers: true });
  if (isPlainObject(present.body)) return present;
  const { path, statusCode } = present;
  throw new OchnoError('OCHNO_HTTP', `update: GET ${path} gave no object that could be changed; check the id.`, {
    statusCode,
  });
}

/** An object that can't be read, or is not there, may be put there nevertheless. */
function asAbsent(error: unknown): undefined {
  if (!(error instanceof OchnoError) || error.code !== 'OCHNO_HTTP') throw error;
}

function tagOf({ headers }: RestResponse): string | undefined {
  return typeof headers.etag === 'string' ? headers.etag : undefined;
}

/**
 * The tags under which the server may know what was read, as If-Match lists them: what compresses an answer on the way makes
 * another tag of its own, such as `"1-gzip"` (Apache) or `W/"1"` (nginx).
 */
function tagsFor(present: RestResponse): string | undefined {
  const tag = tagOf(present);
  const original = tag?.replace(/^W\//, '').replace(/(--?|;)(gzip|br|deflate|zstd)(?="$)/, '');
  return tag === original ? tag : `${tag}, ${original}`;
}

/**
 * Whether an object read after its tag was refused is still the one that was read before. Then nobody changed it, and the
 * server does not know its own tag again: because it never takes weak ones (RFC 9110, 13.1.1), or because something on the
 * way rewrites them, as Apache does where it compresses.
 */
function isSame(present: RestResponse, before: RestResponse): boolean {
  return tagOf(present) === tagOf(before) || equalJson(present.body, before.body);
}
