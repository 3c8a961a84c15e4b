import { quoted } from '../json/quoted';
import { OchnoError } from '../ochno-error';
import { checkId } from './ids';

/** One port of the platform, by its ids. */
export interface PortAddress {
  readonly company: string;
  readonly location: string;
  readonly hub: string;
  readonly port: string;
}

/** Which ports of a company are wanted: per level the ids, or `undefined` for any. */
export interface PortSelector {
  readonly company: string;
  readonly locations?: readonly string[] | undefined;
  readonly hubs?: readonly string[] | undefined;
  readonly ports?: readonly string[] | undefined;
}

/** @throws OchnoError `OCHNO_VALUE` naming the level, for an id that can't be used */
export function checkSelector({ company, locations = [], hubs = [], ports = [] }: PortSelector): void {
  checkId('company', company);
  for (const id of locations) checkId('location', id);
  for (const id of hubs) checkId('hub', id);
  for (const id of ports) checkId('port', id);
}

/** AWS IoT refuses longer topics and topic filters (message broker limits, "topic size"). */
export const longestTopicBytes = 256;

function topicOf(root: 'ports' | 'action', address: PortAddress): string {
  const { company, location, hub, port } = address;
  checkId('company', company);
  checkId('location', location);
  checkId('hub', hub);
  checkId('port', port);
  const topic = `/${root}/${company}/${location}/${hub}/${port}`;
  const bytes = Buffer.byteLength(topic);
  if (bytes <= longestTopicBytes) return topic;
  throw new OchnoError(
    'OCHNO_VALUE',
    `The address ${quoted(topic)} is too long: ${bytes} bytes, and the broker takes ${longestTopicBytes} at most`,
  );
}

/**
 * The topic a port's events come on: `/ports/<company>/<location>/<hub>/<port>`.
 *
 * @throws OchnoError `OCHNO_VALUE` for an id that can't be used or a topic of more than 256 bytes
 */
export function portTopic(address: PortAddress): string {
  return topicOf('ports', address);
}

/**
 * The topic a port takes actions on: `/action/<company>/<location>/<hub>/<port>`.
 *
 * @throws OchnoError `OCHNO_VALUE` for an id that can't be used or a topic of more than 256 bytes
 */
export function actionTopic(address: PortAddress): string {
  return topicOf('action', address);
}

/** The address in an event's topic, or `undefined` for any other topic. */
export function parsePortTopic(topic: string): PortAddress | undefined {
  const levels = topic.split('/', 7);
  const [before, root, company, location, hub, port] = levels;
  if (levels.length !== 6 || before !== '' || root !== 'ports') return undefined;
  if (!company || !location || !hub || !port) return undefined;
  // No publisher can use these in a topic (MQTT 3.1.1, 4.7.1.1 and 4.7.3); a flow must not take them for wildcards.
  if (/[+#\0]/.test(topic)) return undefined;
  return { company, location, hub, port };
}

/** Whether `selector` wants the port at `address`. */
export function selects(selector: PortSelector, address: PortAddress): boolean {
  return (
    selector.company === address.company &&
    (selector.locations?.includes(address.location) ?? true) &&
    (selector.hubs?.includes(address.hub) ?? true) &&
    (selector.ports?.includes(address.port) ?? true)
  );
}
