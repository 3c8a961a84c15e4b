import { createHash } from 'node:crypto';
import type { NetworkOptions } from '../network/network-agent';
import type { Surroundings } from '../surroundings';
import { HttpExchange } from './http-exchange';
import { IotCredentials } from './iot-credentials';
import { LogIn } from './log-in';
import { ResourceClient } from './resource-client';
import { RestClient } from './rest-client';
import type { PortNames, ResourceCall, RestRequest, RestResponse } from './rest-request';

export interface PlatformApiOptions extends Surroundings {
  readonly server: URL;
  readonly email: string;
  readonly password: string;
  readonly network: NetworkOptions;
  /** Log-ins that are shared by the accounts of one process; without it the account has its own. */
  readonly logIns?: SharedLogIns | undefined;
  readonly portNames: PortNames;
  /** The platform gave a good answer. */
  readonly onAnswer?: () => void;
  /** The platform refused email and password. */
  readonly onRefused?: () => void;
}

/** The platform's HTTP API for one account: one log-in, one client, one set of stream credentials for each company. */
export class PlatformApi {
  readonly #options: PlatformApiOptions;
  readonly #http: HttpExchange;
  readonly #held: HeldLogIn;
  readonly #rest: RestClient;
  readonly #resources: ResourceClient;
  readonly #credentials = new Map<string, IotCredentials>();
  readonly #endListening: () => void;

  constructor(options: PlatformApiOptions) {
    const { server, network, clock, random, log, portNames, onAnswer, logIns = new SharedLogIns() } = options;
    this.#options = options;
    this.#http = new HttpExchange(server, network);
    this.#held = logIns.hold(options);
    const { logIn } = this.#held;
    this.#rest = new RestClient({ http: this.#http, logIn, clock, random, log, onAnswer });
    this.#resources = new ResourceClient(this.#rest, { clock, random, portNames });
    this.#endListening = logIn.onRefused((error) => {
      log.debug(error.message);
      options.onRefused?.();
    });
  }

  /** Whether the last log-in was refused. */
  get isRefused(): boolean {
    return this.#held.logIn.refusal !== undefined;
  }

  /** One call; see `RestClient.request`. */
  request(request: RestRequest): Promise<RestResponse> {
    return this.#rest.request(request);
  }

  /** One operation on one of the platform's resources; see `ResourceClient.call`. */
  call(call: ResourceCall): Promise<RestResponse> {
    return this.#resources.call(call);
  }

  /** Logs in where that has not been done; throws as `LogIn.token` does. */
  async logIn(): Promise<void> {
    await this.#held.logIn.token();
  }

  /** The company's stream credentials, fetched once for all who ask. */
  credentials(company: string): IotCredentials {
    const { server, clock, random } = this.#options;
    const known = this.#credentials.get(company);
    const credentials =
      known ?? new IotCredentials({ company, serverHost: server.hostname, rest: this.#rest, clock, random });
    this.#credentials.set(company, credentials);
    return credentials;
  }

  /** Ends all calls and, where nobody else uses its log-in, logs out, within a second. */
  async close(): Promise<void> {
    this.#endListening();
    this.#rest.close();
    this.#http.close();
    await this.#held.release();
  }
}

interface HeldLogIn {
  readonly logIn: LogIn;
  /** Logs out if nobody holds it any more. */
  release(): Promise<void>;
}

/**
 * One log-in for all accounts of a process that are the same user at the same server, such as those of fifty subflow
 * instances. On a platform where each log-in ends the token before it they would end each other's.
 */
export class SharedLogIns {
  readonly #held = new Map<string, { readonly logIn: LogIn; readonly http: HttpExchange; holders: number }>();

  /** The log-in, until it is released. */
  hold(options: Omit<PlatformApiOptions, 'logIns'>): HeldLogIn {
    const { server, email, password, network, clock, random, log } = options;
    const identity = JSON.stringify([server.href, email, password, network.tls ?? {}]);
    const key = createHash('sha256').update(identity).digest('base64');
    const known = this.#held.get(key);
    const http = known?.http ?? new HttpExchange(server, network);
    const logIn = known?.logIn ?? new LogIn({ http, email, password, clock, random, log });
    const shared = known ?? { logIn, http, holders: 0 };
    this.#held.set(key, shared);
    shared.holders += 1;
    const release = async (): Promise<void> => {
      shared.holders -= 1;
      if (shared.holders > 0) return;
      if (this.#held.get(key) === shared) this.#held.delete(key);
      await logIn.logOut();
      http.close();
    };
    return { logIn, release };
  }
}
