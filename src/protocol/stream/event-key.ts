import { createHash } from 'node:crypto';

const longestPlainPayload = 512;

/**
 * A text that two messages share if, and only if, topic and payload are the same: what there is to recognise a message
 * by, since AWS IoT sets no DUP flag and may send one again under another packet id. Long payloads are hashed, so that
 * keeping a key never costs more than about 1 kB.
 */
export function eventKey(topic: string, payload: Buffer): string {
  // No topic holds NUL (MQTT 3.1.1, 4.7.3) or, being one of an event, begins with #.
  if (payload.length <= longestPlainPayload) return `${topic}\0${payload.toString('latin1')}`;
  return `#${topic}\0${createHash('sha256').update(payload).digest('base64')}`;
}
