import type { Broker } from '../broker/broker';
import type { Sessions } from '../broker/sessions';
import type { Faults } from '../faults';
import type { PlatformClock } from '../platform-clock';
import type { Records } from '../records';
import type { PacketGate } from './packet-gate';
import type { PolicyInForce } from './stream-policy';
import type { Rate } from './token-bucket';

/** What all gates share. */
export interface GateContext {
  readonly broker: Broker;
  readonly clock: PlatformClock;
  readonly faults: Faults;
  /** The gate of each client id that is connected. */
  readonly gates: Map<string, PacketGate>;
  readonly minKeepAliveSeconds: number;
  readonly policy: PolicyInForce;
  /** Publishes on a connection, both ways together; undefined where any number may pass. */
  readonly rate: Rate | undefined;
  readonly records: Records;
  readonly sessions: Sessions;
}
