/*
 * The pieces of a Link header (RFC 8288, 3), each read where the one before it ended: the header comes from a server, and an
 * expression for the whole of it could be made to take hours over a hundred characters.
 */
const separators = /[\s,]*/y;
const target = /<([^>]*)>/y;
const parameterName = /\s*;\s*([^\s=;,]*)/y;
const quotedValue = /\s*=\s*"((?:[^"\\]|\\.)*)"/y;
const plainValue = /\s*=\s*([^\s;,"]*)/y;
const afterLink = /\s*(?:,|$)/y;

/** Reads one piece after the other. */
class HeaderReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** What the piece holds in brackets, or `undefined` if something else comes next. */
  read(piece: RegExp): string | undefined {
    piece.lastIndex = this.#at;
    const match = piece.exec(this.#text);
    if (match === null) return undefined;
    this.#at = piece.lastIndex;
    return match[1] ?? '';
  }
}

/** Parameters by lower-case name; of one given twice the first counts. */
function readParameters(header: HeaderReader): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (;;) {
    const name = header.read(parameterName)?.toLowerCase();
    if (name === undefined) return parameters;
    const quotedText = header.read(quotedValue)?.replace(/\\(.)/g, '$1');
    const value = quotedText ?? withoutSingleQuotes(header.read(plainValue) ?? '');
    if (!parameters.has(name)) parameters.set(name, value);
  }
}

/** Single quotes are not quotes by the RFC, but some servers write them, and the rest of the list would be lost. */
function withoutSingleQuotes(value: string): string {
  return value.length > 1 && value.startsWith("'") && value.endsWith("'") ? value.slice(1, -1) : value;
}

/**
 * The target of the first link with relation `next` (RFC 8288), as it stands there: it may be relative, and whether it
 * may be followed is for the caller to judge. A link with an `anchor` speaks of another document and is passed over.
 *
 * @returns undefined if there is none, or the header can't be read that far
 */
export function nextLink(header: string | undefined): string | undefined {
  const reader = new HeaderReader(header ?? '');
  // Empty elements are allowed in a list (RFC 9110, 5.6.1).
  reader.read(separators);
  while (!reader.isAtEnd) {
    const reference = reader.read(target);
    if (reference === undefined) return undefined;
    const parameters = readParameters(reader);
    if (reader.read(afterLink) === undefined) return undefined;
    const relations = (parameters.get('rel') ?? '').toLowerCase().split(/\s+/);
    if (relations.includes('next') && !parameters.has('anchor')) return reference;
    reader.read(separators);
  }
  return undefined;
}
