/** The part of AWS's first device SDK that the tests use; it comes without types. */
declare module 'aws-iot-device-sdk' {
  import type { EventEmitter } from 'node:events';

  export interface DeviceOptions {
    readonly accessKeyId?: string;
    readonly secretKey?: string;
    readonly sessionToken?: string;
    readonly region?: string;
    readonly host?: string;
    readonly port?: number;
    readonly protocol?: string;
    readonly clientId?: string;
    readonly keepalive?: number;
    readonly baseReconnectTimeMs?: number;
    readonly maximumReconnectTimeMs?: number;
    readonly debug?: boolean;
    readonly websocketOptions?: object;
  }

  export interface Device extends EventEmitter {
    subscribe(
      topic: string | string[],
      options: { qos: 0 | 1 },
      callback: (error: Error | null, granted: { topic: string; qos: number }[]) => void,
    ): Device;
    publish(topic: string, message: string, options: { qos: 0 | 1 }, callback: (error?: Error) => void): Device;
    end(force?: boolean, callback?: () => void): Device;
  }

  interface DeviceFactory {
    (options: DeviceOptions): Device;
    prepareWebSocketUrl(
      options: { host: string; port?: number; region: string; debug?: boolean },
      accessKeyId: string,
      secretKey: string,
      sessionToken?: string,
    ): string;
  }

  export const device: DeviceFactory;
}
