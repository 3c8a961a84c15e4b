import type { Broker } from './broker';
import type { Faults } from './faults';
import type { PacketGate } from './packet-gate';
import type { PlatformClock } from './platform-clock';
import type { Records } from './records';
import type { Sessions } from './sessions';

/** What all gates share. */
export interface GateContext {
  readonly broker: Broker;
  readonly clock: PlatformClock;
  readonly faults: Faults;
  /** The gate of each client id that is connected. */
  readonly gates: Map<string, PacketGate>;
  readonly minKeepAliveSeconds: number;
  readonly records: Records;
  readonly sessions: Sessions;
}
