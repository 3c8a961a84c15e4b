import type { IClientOptions } from 'mqtt';
import type { MqttSocket } from './mqtt-socket';

export interface MqttOptions {
  readonly clientId: string;
  /** `false` asks the broker to keep the session: subscriptions, and QoS 1 messages while we are away. */
  readonly clean: boolean;
  readonly keepaliveSeconds: number;
  /** From the look-up of the name to CONNACK. */
  readonly connectTimeoutMs: number;
}

/** What mqtt.js is told: one connection, and nothing on its own. */
export function mqttOptions(options: MqttOptions, socket: MqttSocket): IClientOptions {
  const { url } = socket;
  const secure = url.protocol === 'wss:';
  return {
    protocol: secure ? 'wss' : 'ws',
    hostname: url.hostname,
    port: Number(url.port || (secure ? 443 : 80)),
    path: url.pathname,
    clientId: options.clientId,
    clean: options.clean,
    keepalive: options.keepaliveSeconds,
    // A flow that publishes would otherwise keep a half-open connection from ever being noticed.
    reschedulePings: false,
    connectTimeout: options.connectTimeoutMs,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    // Without a log of its own mqtt.js formats debug text for every packet.
    log: () => undefined,
    wsOptions: socket.options,
  };
}
