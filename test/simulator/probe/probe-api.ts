import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Simulator } from '../simulator';

export interface ApiAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON; throws where it is none. */
  json<T>(): T;
}

export interface ApiCall {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What `iotAccess` answers. */
export interface StreamAccess {
  readonly accessKeyId: string;
  readonly secretKey: string;
  readonly sessionToken: string;
  readonly expiration: string;
  readonly region: string;
  readonly host: string;
  readonly port: number;
  readonly protocol: 'ws' | 'wss';
  readonly clientId?: string;
}

/** One request as a plain client makes it; a text body goes out as it is. */
export function call(
  { url, ca }: Pick<Simulator, 'url' | 'ca'>,
  path: string,
  { method = 'GET', body, headers }: ApiCall = {},
): Promise<ApiAnswer> {
  const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  const send = url.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const options = {
      method,
      headers: { 'Content-Type': 'application/json', ...headers },
      ...(ca && { ca }),
      agent: false,
    };
    const request = send(url + path, options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const answer = Buffer.concat(chunks).toString();
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: answer,
          json: () => JSON.parse(answer),
        });
      });
    });
    request.on('error', reject);
    request.end(text);
  });
}

/** A client of the HTTP API that is logged in. */
export class ApiProbe {
  readonly token: string;
  readonly #simulator: Simulator;

  private constructor(simulator: Simulator, token: string) {
    this.#simulator = simulator;
    this.token = token;
  }

  static async logIn(simulator: Simulator): Promise<ApiProbe> {
    const { email, password } = simulator;
    const answer = await call(simulator, '/auth/jwt', { method: 'POST', body: { email, password } });
    return new ApiProbe(simulator, answer.json<{ token: string }>().token);
  }

  call(path: string, options: ApiCall = {}): Promise<ApiAnswer> {
    const headers = { Authorization: `JWT ${this.token}`, ...options.headers };
    return call(this.#simulator, path, { ...options, headers });
  }

  async get<T>(path: string): Promise<T> {
    return (await this.call(path)).json<T>();
  }

  async status(path: string, options?: ApiCall): Promise<number> {
    return (await this.call(path, options)).status;
  }

  streamAccess(company = 'r2d2i5b43'): Promise<StreamAccess> {
    return this.get(`/api/companies/${company}/iotAccess`);
  }
}
