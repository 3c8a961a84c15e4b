import { OchnoError } from '../../protocol/ochno-error';
import { nextLink } from '../../protocol/rest/link-header';
import { headerText, readBody } from './http-answer';
import type { HttpAnswer } from './http-exchange';
import { sameOriginUrl } from './redirect';

const mostPages = 1000;
const mostItems = 100_000;
const mostBytes = 64 * 1024 * 1024;

const askForLess = 'ask for less with URL parameters';
const takeOnePage = 'do without all pages to get the first as it is';

function refuse({ statusCode }: HttpAnswer, problem: string, advice: string): never {
  throw new OchnoError('OCHNO_HTTP', `${problem}; ${advice}.`, { statusCode, cause: { statusCode } });
}

/**
 * Reads a list page by page, following `Link: <…>; rel="next"` on the same origin.
 *
 * @param get fetches one page; only 2xx answers come back
 * @returns the last answer and one array of all items; the body itself if there is only one page and it is no array
 * @throws OchnoError OCHNO_HTTP if a next page lies elsewhere, is no array, was there before, or 1000 pages, 100 000
 * items or 64 MB are exceeded; and as `get` does
 */
export async function readAllPages(
  first: URL,
  get: (url: URL) => Promise<HttpAnswer>,
): Promise<{ answer: HttpAnswer; body: unknown }> {
  const items: unknown[] = [];
  const seen = new Set<string>();
  let bytes = 0;
  const what = `GET ${first.pathname}`;
  for (let url = first; ; ) {
    seen.add(url.href);
    const answer = await get(url);
    const body = readBody(answer, what);
    const link = nextLink(headerText(answer, 'link'));
    if (!Array.isArray(body)) {
      if (link === undefined && seen.size === 1) return { answer, body };
      return refuse(answer, `Page ${seen.size} of ${what} is no list`, takeOnePage);
    }
    for (const item of body) items.push(item);
    bytes += answer.body.length;
    if (items.length > mostItems)
      return refuse(answer, `${what} gave more than the ${mostItems} items that are read`, askForLess);
    if (bytes > mostBytes)
      return refuse(answer, `${what} gave more than the ${mostBytes >> 20} MiB that are read`, askForLess);
    if (link === undefined) return { answer, body: items };
    const next = sameOriginUrl(link, url);
    if (next === undefined)
      return refuse(answer, `The next page of ${what} is on another server and is not read`, takeOnePage);
    if (seen.has(next.href)) return refuse(answer, `The pages of ${what} go round in a circle`, takeOnePage);
    if (seen.size >= mostPages)
      return refuse(answer, `${what} has more than the ${mostPages} pages that are read`, askForLess);
    url = next;
  }
}
