import type { IConnectPacket } from 'mqtt-packet';
import { pinnedClientId } from '../api/stream-access';
import type { GateContext } from './gate-context';
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
  // The client's own older connection makes room for this one.
  const others = [...gates].filter(([id, gate]) => id !== clientId && gate.company === company).length;
  if (!policy.mayConnect(clientId, clean) || !policy.hasRoom(others)) {
    return policy.refusal === 'close' ? 'close' : { returnCode: notAuthorized };
  }
  const returnCode = faults.strikeNumber('connack-refused', notAuthorized);
  return returnCode === undefined ? undefined : { returnCode };
}
