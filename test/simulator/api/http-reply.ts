/** What a request is answered with. */
export interface Reply {
  readonly status: number;
  /** A Buffer goes out as it is, with the type its headers say; anything else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that is answered with an error; the body is `{message}`. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly reply: Reply;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.reply = { status, body: { message }, headers };
  }
}

/** One request, read. */
export interface ApiRequest {
  readonly method: string;
  /** Decoded segments: `['api', 'hubs', 'hub1']`. */
  readonly segments: readonly string[];
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Undecoded, as received. */
  readonly target: string;
  /** The body as received. */
  readonly bytes: Buffer;
  /** The same as JSON. Undefined where there was none; throws `HttpProblem` 400 where it is not JSON. */
  readonly body: () => unknown;
}

/** The body as an object, else 400. */
export function bodyObject(request: ApiRequest): Readonly<Record<string, unknown>> {
  const body = request.body();
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new HttpProblem(400, 'The body must be a JSON object');
  }
  return { ...body };
}

/** A text field of a body: 400 where it is missing (and has no default) or no text. */
export function textField(body: Readonly<Record<string, unknown>>, name: string, usual?: string): string {
  const value = body[name] ?? usual;
  if (typeof value === 'string' && (value !== '' || usual !== undefined)) return value;
  throw new HttpProblem(400, value === undefined || value === '' ? `"${name}" is missing` : `"${name}" must be text`);
}
