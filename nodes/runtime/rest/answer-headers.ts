import type { RestResponse } from '../../../src/client/rest/rest-request';

type Headers = RestResponse['headers'];

/** By this name core's *http request* tells core's *http response* which headers are another server's. */
const markName = 'x-node-red-request-node';

/**
 * An answer's headers as core's *http request* node gives them: marked, so that an *http response* node does not send them
 * on to a browser, which would take the platform's ETag, security policy or CORS headers for the flow's own. A header that
 * a flow adds or changes breaks the mark, and goes out.
 */
export function markedHeaders(headers: Headers): Headers {
  return { ...headers, [markName]: digest(headers) };
}

/** The digest that Node-RED's *http response* compares the mark with: that of the package hash-sum, for headers alone. */
function digest(headers: Headers): string {
  return digestValue(0, '', headers).toString(16).padStart(8, '0');
}

function digestValue(start: number, name: string, value: string | readonly string[] | Headers): number {
  const kind = Object.prototype.toString.call(value);
  const named = [name, kind, typeof value].reduce(fold, start);
  if (typeof value === 'string') return fold(named, value);
  const inside = Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .reduce((hash, [key, item]: [string, string | readonly string[]]) => digestValue(hash, key, item), named);
  return fold(inside, String(value));
}

function fold(start: number, text: string): number {
  if (text === '') return start;
  let hash = start;
  for (let index = 0; index < text.length; index += 1) hash = ((hash << 5) - hash + text.charCodeAt(index)) | 0;
  return hash < 0 ? hash * -2 : hash;
}
