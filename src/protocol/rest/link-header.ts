/** One `<target>; name=value; …` of a Link header, values with or without quotes (RFC 8288, 3). */
const link = /\s*<([^>]*)>((?:\s*;\s*[^\s=;,]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"]*))?)*)\s*(?:,|$)/y;
const parameter = /;\s*([^\s=;,]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?/g;

/** Parameters by lower-case name; of one given twice the first counts. */
function readParameters(text: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const [, name = '', quotedValue, plainValue = ''] of text.matchAll(parameter)) {
    const key = name.toLowerCase();
    if (parameters.has(key)) continue;
    // Single quotes are no quotes by the RFC, but some servers write them, and the rest of the list would be lost.
    parameters.set(key, quotedValue?.replace(/\\(.)/g, '$1') ?? plainValue.replace(/^'(.*)'$/, '$1'));
  }
  return parameters;
}

/**
 * The target of the first link with relation `next` (RFC 8288), as it stands there: it may be relative, and whether it
 * may be followed is for the caller to judge. A link with an `anchor` speaks of another document and is passed over.
 *
 * @returns undefined if there is none, or the header can't be read that far
 */
export function nextLink(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  link.lastIndex = 0;
  // Empty elements are allowed in a list (RFC 9110, 5.6.1).
  const text = header.replace(/^[\s,]+/, '');
  while (link.lastIndex < text.length) {
    const match = link.exec(text);
    if (match === null) return undefined;
    const parameters = readParameters(match[2] ?? '');
    const relations = (parameters.get('rel') ?? '').toLowerCase().split(/\s+/);
    if (relations.includes('next') && !parameters.has('anchor')) return match[1];
    while (/[\s,]/.test(text[link.lastIndex] ?? '')) link.lastIndex += 1;
  }
  return undefined;
}
