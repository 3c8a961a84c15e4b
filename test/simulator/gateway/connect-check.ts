import type { IConnectPacket } from 'mqtt-packet';
import { pinnedClientId } from '../api/stream-access';
import type { GateContext } from './gate-context';
import type { PacketGate } from './packet-gate';
import { mostClientIdBytes } from './topic-rules';

/** MQTT 5's reason code. */
const unsupportedProtocolVersion = 0x84;
const identifierRejected = 2;
const notAuthorized = 5;

/** How a CONNECT is refused: with a return code, or without a word. */
export type ConnectRefusal = { readonly returnCode: number } | 'close';

/** Judges a CONNECT; undefined where it is welcome. */
export function connectRefusal(
  packet: IConnectPacket,
  company: string,
  { broker, faults, gates, policy }: GateContext,
): ConnectRefusal | undefined {
  const { clientId, clean = true, protocolVersion, will } = packet;
  if (protocolVersion === 5 && !broker.speaksMqtt5) return { returnCode: unsupportedProtocolVersion };
  if (clientId === '' && !clean) return { returnCode: identifierRejected };
  if (clientId.startsWith('$') || Buffer.byteLength(clientId) > mostClientIdBytes) {
    return { returnCode: identifierRejected };
  }
  if (will !== undefined && !policy.mayPublish(company, will.topic)) return { returnCode: notAuthorized };
  if (faults.isOn('pin-client-id') && clientId !== pinnedClientId(company)) return { returnCode: notAuthorized };
  const isTooMany = policy.surplus === 'newest' && !policy.hasRoom(othersOf(gates, company, clientId).length);
  if (!policy.mayConnect(clientId, clean) || isTooMany) {
    return policy.refusal === 'close' ? 'close' : { returnCode: notAuthorized };
  }
  const returnCode = faults.strikeNumber('connack-refused', notAuthorized);
  return returnCode === undefined ? undefined : { returnCode };
}

/** A company's other connections; the client's own older one makes room for a new one. */
export function othersOf(gates: GateContext['gates'], company: string, clientId: string): readonly PacketGate[] {
  return [...gates].flatMap(([id, gate]) => (id !== clientId && gate.company === company ? [gate] : []));
}
