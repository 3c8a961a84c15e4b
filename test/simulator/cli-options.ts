import { parseArgs } from 'node:util';
import { faultTable } from './fault-table';
import { checkPolicy, type StreamPolicy } from './gateway/stream-policy';
import type { SimulatorOptions } from './options';

/** A command line nobody can obey; the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const usualPort = 4870;
const usualRate = 2;

const options = {
  port: { type: 'string' },
  'gateway-port': { type: 'string' },
  tls: { type: 'boolean' },
  'jwt-ttl': { type: 'string' },
  'iot-ttl': { type: 'string' },
  'drop-at-expiry': { type: 'boolean' },
  rate: { type: 'string' },
  companies: { type: 'string' },
  locations: { type: 'string' },
  hubs: { type: 'string' },
  ports: { type: 'string' },
  'lamp-ramp': { type: 'string' },
  'exact-lamps': { type: 'boolean' },
  'whole-events': { type: 'boolean' },
  'numeric-ids': { type: 'boolean' },
  'port-ids-per-hub': { type: 'boolean' },
  'wide-numbers': { type: 'boolean' },
  seed: { type: 'string' },
  etags: { type: 'boolean' },
  'page-size': { type: 'string' },
  'pin-client-id': { type: 'boolean' },
  policy: { type: 'string' },
  retain: { type: 'boolean' },
  'unlimited-rate': { type: 'boolean' },
  fault: { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
} as const;

/** The help text. */
export function usage(): string {
  const faults = Object.entries(faultTable).map(([name, what]) => `  ${name.padEnd(26)}${what}`);
  return `npm run simulator -- [options]: an Ochno platform on this computer

  --port <n>              port of the HTTP API (${usualPort}; 0: any free one)
  --gateway-port <n>      port of the MQTT gateway (any free one)
  --tls                   https and wss, with an authority of its own
  --jwt-ttl <s>           life of a log-in (3600)
  --iot-ttl <s>           life of stream credentials (3600)
  --drop-at-expiry        close a stream when its credentials expire
  --rate <events/s>       events the building makes by itself (${usualRate})
  --companies <n>         companies of the account (2)
  --locations <n>         locations of each company (2)
  --hubs <n>              hubs of each location (2)
  --ports <n>             ports of each hub (4)
  --lamp-ramp <ms>        how long a lamp takes from one value to another (300; 0: it jumps)
  --exact-lamps           lamps take any value instead of the nearest they know
  --whole-events          events tell a port's whole state instead of what changed
  --numeric-ids           ids are numbers
  --port-ids-per-hub      port ids are counted anew at each hub
  --wide-numbers          hardware ids are numbers of 64 bits
  --seed <n>              another building (1)
  --etags                 give ETags, obey If-Match
  --page-size <n>         cut lists into pages
  --pin-client-id         one client id for each company
  --policy <json>         what the gateway permits: {"subscribe": ["/ports/r2d2i5b43/loc1/*"], "connections": 1}
  --retain                retain the building's events
  --unlimited-rate        let any number of messages pass a connection (500 at once, 100 a second)
  --fault <name[=value]>  switch a fault on; may be given several times
  --help                  this text

Faults:
${faults.join('\n')}
`;
}

function readNumber(name: string, text: string | undefined, least: number, whole: boolean): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value) || value < least || (whole && !Number.isInteger(value))) {
    throw new UsageError(`--${name} takes a ${whole ? 'whole ' : ''}number from ${least}, not "${text}"`);
  }
  return value;
}

function readPort(name: string, text: string | undefined): number | undefined {
  const port = readNumber(name, text, 0, true);
  if (port !== undefined && port > 65_535) throw new UsageError(`--${name} takes a port up to 65535, not "${text}"`);
  return port;
}

function readFaults(texts: readonly string[]): readonly string[] {
  for (const text of texts) {
    const name = text.replace(/=.*/s, '');
    if (!Object.hasOwn(faultTable, name)) {
      throw new UsageError(`There is no fault "${name}"; --help lists them`);
    }
  }
  return texts;
}

/** The policy as JSON: its fields and what they hold are checked, as nobody else will. */
function readPolicy(text: string | undefined): StreamPolicy | undefined {
  if (text === undefined) return undefined;
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw new UsageError(`--policy takes JSON, not "${text}"`);
  }
  try {
    return checkPolicy(policy);
  } catch (error) {
    throw new UsageError(`--policy: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** Reads a command line: `help`, or what to start; throws `UsageError`. */
export function readCommandLine(args: readonly string[]): 'help' | SimulatorOptions {
  const values = parse(args);
  if (values.help === true) return 'help';
  const count = (name: 'companies' | 'locations' | 'hubs' | 'ports'): number | undefined =>
    readNumber(name, values[name], 0, true);
  const given = {
    port: readPort('port', values.port) ?? usualPort,
    gatewayPort: readPort('gateway-port', values['gateway-port']),
    tls: values.tls,
    jwtTtlSeconds: readNumber('jwt-ttl', values['jwt-ttl'], 0.1, false),
    iotTtlSeconds: readNumber('iot-ttl', values['iot-ttl'], 0.1, false),
    dropAtExpiry: values['drop-at-expiry'],
    rate: readNumber('rate', values.rate, 0, false) ?? usualRate,
    companies: count('companies'),
    locations: count('locations'),
    hubs: count('hubs'),
    ports: count('ports'),
    lampRampMs: readNumber('lamp-ramp', values['lamp-ramp'], 0, false),
    lampRounding: values['exact-lamps'] === true ? false : undefined,
    eventContent: values['whole-events'] === true ? 'whole' : undefined,
    numericIds: values['numeric-ids'],
    portIdsPerHub: values['port-ids-per-hub'],
    wideNumbers: values['wide-numbers'],
    seed: readNumber('seed', values.seed, 0, true),
    etags: values.etags,
    pageSize: readNumber('page-size', values['page-size'], 1, true),
    pinClientId: values['pin-client-id'],
    policy: readPolicy(values.policy),
    retain: values.retain,
    connectionRate: values['unlimited-rate'] === true ? 'unlimited' : undefined,
    faults: readFaults(values.fault ?? []),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
