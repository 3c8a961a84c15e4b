import type { IConnectPacket } from 'mqtt-packet';
import { pinnedClientId } from '../api/stream-access';
import type { Faults } from '../faults';
import { mayPublish, mostClientIdBytes } from './topic-rules';

/** MQTT 5's reason code. */
const unsupportedProtocolVersion = 0x84;
const identifierRejected = 2;
const notAuthorized = 5;

/** The return code a CONNECT is refused with, or 0. */
export function connectRefusal(packet: IConnectPacket, company: string, mqtt5: boolean, faults: Faults): number {
  const { clientId, clean, protocolVersion, will } = packet;
  if (protocolVersion === 5 && !mqtt5) return unsupportedProtocolVersion;
  if (clientId === '' && clean === false) return identifierRejected;
  if (clientId.startsWith('$') || Buffer.byteLength(clientId) > mostClientIdBytes) return identifierRejected;
  if (will !== undefined && !mayPublish(company, will.topic)) return notAuthorized;
  if (faults.isOn('pin-client-id') && clientId !== pinnedClientId(company)) return notAuthorized;
  return faults.strikeNumber('connack-refused', notAuthorized) ?? 0;
}
