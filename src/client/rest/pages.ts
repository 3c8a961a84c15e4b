import { OchnoError } from '../../protocol/ochno-error';
import { nextLink } from '../../protocol/rest/link-header';
import { type HttpAnswer, headerText, mostValues, readLongBody } from './http-answer';
import { resolveTarget } from './redirect';
import type { RestResponse } from './rest-request';

const mostPages = 1000;
const mostItems = 100_000;
const mostBytes = 64 * 1024 * 1024;

const askForLess = 'ask for less with URL parameters';
const takeOnePage = 'do without all pages to get the first as it is';

type LastPage = Pick<RestResponse, 'statusCode' | 'headers' | 'body' | 'missing'>;

function refuse({ statusCode }: HttpAnswer, problem: string, advice: string): never {
  throw new OchnoError('OCHNO_HTTP', `${problem}; ${advice}.`, { statusCode });
}

/** Under these names platforms tell how many items there are in all; the last at its end (RFC 9110, 14.4). */
const totals = ['x-total-count', 'x-total', 'total-count', 'content-range'];

function totalOf(answer: HttpAnswer): number | undefined {
  for (const name of totals) {
    const text = headerText(answer, name)?.split('/').at(-1)?.trim() ?? '';
    if (/^\d{1,15}$/.test(text)) return Number(text);
  }
  return undefined;
}

function missingOf(answer: HttpAnswer, count: number): string | undefined {
  const total = totalOf(answer);
  if (total !== undefined) return total > count ? `${count} of ${total} items` : undefined;
  return answer.statusCode === 206 ? `${count} items, which it calls a part (206)` : undefined;
}

/**
 * Reads a list page by page, following `Link: <…>; rel="next"` on the same server. An answer without a body is an empty
 * list.
 *
 * @param get fetches one page; only 2xx answers come back
 * @returns the last page, whose body is one array; as it is if it is the only one and not a list
 * @throws OchnoError OCHNO_HTTP if a next page lies elsewhere, is not an array, was there before, or 1000 pages, 100 000
 * items or 64 MB are exceeded; and as `get` does
 */
export async function readAllPages(first: URL, server: URL, get: (url: URL) => Promise<HttpAnswer>): Promise<LastPage> {
  const items: unknown[] = [];
  const seen = new Set<string>();
  let bytes = 0;
  let values = 0;
  const what = `GET ${first.pathname}`;
  for (let url = first; ; ) {
    seen.add(url.href);
    const answer = await get(url);
    const read = await readLongBody(answer, { what });
    const body = read.body === '' ? [] : read.body;
    const link = nextLink(headerText(answer, 'link'));
    if (!Array.isArray(body)) {
      if (link === undefined && seen.size === 1) return { ...answer, body };
      return refuse(answer, `Page ${seen.size} of ${what} is not a list`, takeOnePage);
    }
    for (const item of body) items.push(item);
    bytes += answer.body.length;
    values += read.values;
    if (items.length > mostItems)
      return refuse(answer, `${what} gave more than the ${mostItems} items that are read`, askForLess);
    if (bytes > mostBytes)
      return refuse(answer, `${what} gave more than the ${mostBytes >> 20} MiB that are read`, askForLess);
    if (values > mostValues)
      return refuse(answer, `${what} gave more than the ${mostValues} values that are read`, askForLess);
    if (link === undefined) return { ...answer, body: items, missing: missingOf(answer, items.length) };
    const next = resolveTarget(link, url, server);
    if ('elsewhere' in next)
      return refuse(answer, `The next page of ${what} leads ${next.elsewhere} and is not read`, takeOnePage);
    if (seen.has(next.url.href)) return refuse(answer, `The pages of ${what} go round in a circle`, takeOnePage);
    if (seen.size >= mostPages)
      return refuse(answer, `${what} has more than the ${mostPages} pages that are read`, askForLess);
    url = next.url;
  }
}
