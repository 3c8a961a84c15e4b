/** What a Content-Type header says of a body. */
export interface MediaType {
  readonly kind: 'json' | 'text' | 'binary';
  /** The declared character set in lower case, as `TextDecoder` takes it. */
  readonly charset: string | undefined;
}

/** Types that are text though their names do not begin with `text/`. */
const textTypes = [
  'application/xml',
  'application/javascript',
  'application/ecmascript',
  'application/yaml',
  'application/x-yaml',
  'application/toml',
  'application/graphql',
  'application/x-www-form-urlencoded',
];

/**
 * Reads a Content-Type header (RFC 9110, 8.3). JSON is `application/json` and every `…+json`; a platform that does not say
 * is taken to speak it.
 */
export function readMediaType(header: string | undefined): MediaType {
  const [name = '', ...parameters] = (header ?? '').toLowerCase().split(';');
  const type = name.trim();
  return { kind: kindOf(type), charset: charsetOf(parameters) };
}

function kindOf(type: string): MediaType['kind'] {
  if (type === '' || type.endsWith('/json') || type.endsWith('+json')) return 'json';
  const isText = type.startsWith('text/') || type.endsWith('+xml') || textTypes.includes(type);
  return isText ? 'text' : 'binary';
}

function charsetOf(parameters: readonly string[]): string | undefined {
  for (const parameter of parameters) {
    const [name = '', value = ''] = parameter.split('=', 2);
    const charset = value.replaceAll('"', '').replaceAll("'", '').trim();
    if (name.trim() === 'charset' && charset !== '') return charset;
  }
  return undefined;
}
