import type { Duplex } from 'node:stream';

/** An MQTT broker behind the gate, and the platform's own way into it. */
export interface Broker {
  readonly speaksMqtt5: boolean;
  /** A new byte stream to the broker, as a client's TCP connection would be. */
  connect(): Duplex;
  /** Publishes as the platform; resolves once the broker has it. */
  publish(topic: string, payload: string | Buffer, qos: 0 | 1, retain: boolean): Promise<void>;
  /** Calls the listener with every action that clients publish. */
  onAction(listener: (topic: string, payload: Buffer) => void): void;
  /** Loses a client's persistent session. The client must not be connected. */
  forgetSession(clientId: string): Promise<void>;
  close(): Promise<void>;
}
