export interface RequestRecord {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** As received, but without the token itself. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  body: unknown;
  statusCode?: number;
}

export interface ConnectRecord {
  readonly clientId: string;
  readonly clean: boolean;
  readonly company: string;
  readonly keepalive: number;
  sessionPresent?: boolean;
  returnCode?: number;
  /** What its session is subscribed to by now: each filter with its QoS. */
  subscriptions?: ReadonlyMap<string, number>;
}

export interface SubscribeRecord {
  readonly clientId: string;
  readonly filters: readonly string[];
  readonly codes: readonly number[];
}

export interface UnsubscribeRecord {
  readonly clientId: string;
  readonly filters: readonly string[];
}

export interface PublishRecord {
  readonly clientId: string;
  readonly topic: string;
  readonly payload: string;
  readonly qos: number;
  readonly retain: boolean;
  /** Platform time of its arrival in ms. */
  readonly at: number;
}

export interface CloseRecord {
  readonly clientId: string;
  /** Why the gateway closed the connection, in AWS's words where there are any. */
  readonly reason: string;
}

const longestList = 50_000;

/** Appends; a list that has run for hours loses its older half rather than the computer its memory. */
export function remember<T>(list: T[], item: T): void {
  if (list.length >= longestList) list.splice(0, longestList / 2);
  list.push(item);
}

/** What the platform was asked, for tests to look at. */
export class Records {
  /** Log-ins that were granted. */
  logIns = 0;
  /** Log-ins that were refused. */
  refusedLogIns = 0;
  logOuts = 0;
  /** Stream credentials given out. */
  iotAccesses = 0;
  /** Gateway sockets that are open. */
  openConnections = 0;
  /** Connections ended by a DISCONNECT. */
  disconnects = 0;
  /** Client publishes thrown away because a connection may pass no more. */
  discardedPublishes = 0;
  /** Events thrown away because a connection may pass no more, or because its client did not read. */
  discardedEvents = 0;
  readonly requests: RequestRecord[] = [];
  readonly upgrades: { readonly statusCode: number; readonly message: string }[] = [];
  readonly connects: ConnectRecord[] = [];
  /** Those that were answered, with their return codes. */
  readonly subscribes: SubscribeRecord[] = [];
  readonly unsubscribes: UnsubscribeRecord[] = [];
  readonly publishes: PublishRecord[] = [];
  /** Connections the gateway itself closed. */
  readonly closes: CloseRecord[] = [];
  /** Actions no port obeyed, and why. */
  readonly ignoredActions: { readonly topic: string; readonly reason: string }[] = [];
}
