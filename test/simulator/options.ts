import type { StreamPolicy } from './gateway/stream-policy';
import type { Rate } from './gateway/token-bucket';

/** What a simulator can be started with; everything has a default made for tests. */
export interface SimulatorOptions {
  /** Port of the HTTP API; 0 takes any free one. Default 0. */
  readonly port?: number;
  /** Port of the MQTT gateway; 0 takes any free one. Default 0. */
  readonly gatewayPort?: number;
  /**
   * Serve https and wss with an authority of its own (`Simulator.ca`), valid for localhost and 127.0.0.1.
   * `expired` and `wrong-host` serve certificates a client must refuse.
   */
  readonly tls?: boolean | 'expired' | 'wrong-host';
  /** Life of a JWT. Default 3600. */
  readonly jwtTtlSeconds?: number;
  /** Life of stream credentials; fractions are allowed. Default 3600. */
  readonly iotTtlSeconds?: number;
  /** Close a socket when the credentials it was opened with expire. Default false. */
  readonly dropAtExpiry?: boolean;
  /** Close every socket at this age, as AWS does after 24 hours. Default: never. */
  readonly socketLifeSeconds?: number;
  /** How long a persistent session outlives its connection. Default 3600, as at AWS. */
  readonly sessionExpirySeconds?: number;
  /** The shortest keep-alive the gateway believes; shorter ones count as this. Default 30, as at AWS. */
  readonly minKeepAliveSeconds?: number;
  /** Events a second the building makes by itself. Default 0. */
  readonly rate?: number;
  /** How many companies the account sees. Default 2. */
  readonly companies?: number;
  /** Locations of each company. Default 2. */
  readonly locations?: number;
  /** Hubs of each location. Default 2. */
  readonly hubs?: number;
  /** Ports of each hub. Default 4. */
  readonly ports?: number;
  /** How long a lamp takes from one value to another, telling of it on the way; 0 has it jump. Default 300. */
  readonly lampRampMs?: number;
  /** Lamps end at the nearest value they know: whole per cents, whole mireds. Default true. */
  readonly lampRounding?: boolean;
  /** What the building's events carry: what changed, or the port's whole state. Default `changes`. */
  readonly eventContent?: 'changes' | 'whole';
  /** Ids are numbers in JSON and digits in topics. Default false. */
  readonly numericIds?: boolean;
  /** Port ids are unique at their hub only. Default false. */
  readonly portIdsPerHub?: boolean;
  /** Hardware ids, and devices' serial numbers in events, are numbers of 64 bits. Default false. */
  readonly wideNumbers?: boolean;
  readonly email?: string;
  readonly password?: string;
  /** Two simulators with the same seed and options have the same building. Default 1. */
  readonly seed?: number;
  /** Give ETags and obey `If-Match`. Default false. */
  readonly etags?: boolean;
  /** Cut lists into pages of this size, joined by `Link: rel="next"`. Default: one page. */
  readonly pageSize?: number;
  /** `iotAccess` names the client id, and the gateway takes no other. Default false. */
  readonly pinClientId?: boolean;
  /** QoS of the building's own events, since the platform's is not known. Default 1. */
  readonly eventQos?: 0 | 1;
  /** The building's own events are retained: every new subscription gets the last one of each topic. Default false. */
  readonly retain?: boolean;
  /** What the gateway permits, and how it refuses; `Simulator.permit` changes it. Default: all of the company. */
  readonly policy?: StreamPolicy;
  /**
   * What may pass a connection, both ways together; the excess is thrown away without a word. Default: 500 at once and
   * 100 a second, as was measured at AWS.
   */
  readonly connectionRate?: Rate | 'unlimited';
  /** Behind the gate, this mosquitto instead of the built-in broker. */
  readonly broker?: { readonly mosquittoPort: number };
  /** Faults that are on from the start: `name` or `name=argument`. */
  readonly faults?: readonly string[];
}

export type Settings = Required<Omit<SimulatorOptions, 'broker' | 'socketLifeSeconds' | 'pageSize'>> &
  Pick<SimulatorOptions, 'broker' | 'socketLifeSeconds' | 'pageSize'>;

const defaults: Settings = {
  port: 0,
  gatewayPort: 0,
  tls: false,
  jwtTtlSeconds: 3600,
  iotTtlSeconds: 3600,
  dropAtExpiry: false,
  sessionExpirySeconds: 3600,
  minKeepAliveSeconds: 30,
  rate: 0,
  companies: 2,
  locations: 2,
  hubs: 2,
  ports: 4,
  lampRampMs: 300,
  lampRounding: true,
  eventContent: 'changes',
  numericIds: false,
  portIdsPerHub: false,
  wideNumbers: false,
  email: 'facility@ochno.example',
  password: 'Longer passwords are more secure than a horse',
  seed: 1,
  etags: false,
  pinClientId: false,
  eventQos: 1,
  retain: false,
  policy: {},
  connectionRate: { burst: 500, perSecond: 100 },
  faults: [],
};

/** Options with their defaults filled in. */
export function settle(options: SimulatorOptions): Settings {
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
  return { ...defaults, ...given };
}
