import type { Building } from './building/building';
import type { BuildingHands } from './building/building-hands';
import type { PortIds } from './building/building-model';
import type { StreamPolicy } from './gateway/stream-policy';
import type { Records } from './records';

/** A running Ochno platform on loopback. */
export interface Simulator {
  /** Of the HTTP API: `http://127.0.0.1:port`, or `https://localhost:port` with TLS. */
  readonly url: string;
  readonly email: string;
  readonly password: string;
  /** The authority's certificate (PEM); only with TLS. */
  readonly ca?: string;
  readonly gatewayPort: number;
  readonly building: Building;
  /** What a person in the building can do: switch a lamp, press a button, walk through a room. */
  readonly hands: BuildingHands;
  readonly records: Records;
  /** Publishes as the platform; resolves once the broker has it. QoS 1 and not retained unless said otherwise. */
  publish(topic: string, payload: string | Buffer, qos?: 0 | 1, retain?: boolean): Promise<void>;
  /** A port's event in the platform's shape; REST shows it too, where the building has the port. */
  emit(port: PortIds, data: object, qos?: 0 | 1, retain?: boolean): Promise<void>;
  /** Switches a fault of `faultTable`; throws for a name that is not there. */
  fault(name: string, on?: boolean | string | number): void;
  /** Changes what the gateway permits from now on: what is given; `undefined` goes back to the default. */
  permit(change: { readonly [Name in keyof StreamPolicy]: StreamPolicy[Name] | undefined }): void;
  /** Cuts all open gateway sockets: in order, or with a reset. */
  dropConnections(how?: 'close' | 'reset'): void;
  /** Persistent sessions are lost, as after a broker restart; connections stay. */
  forgetSessions(): void;
  /** Removes every JWT issued so far, as if it had been logged out. */
  revokeTokens(): void;
  /** Ends everything; safe to call twice. */
  close(): Promise<void>;
}
