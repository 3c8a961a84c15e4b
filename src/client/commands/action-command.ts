import type { PortAddress } from '../../protocol/topics/address';

/** One message's worth of action, for one port or several. */
export interface ActionCommand {
  /** A port named twice counts once. */
  readonly targets: readonly PortAddress[];
  /** What `value` is: a lamp command, an object that goes under `data.device`, or a whole envelope. */
  readonly command: 'lamp' | 'device' | 'envelope';
  readonly value: unknown;
  /** Whether each port's own event must show the values before the command counts as sent. */
  readonly confirm: boolean;
  /**
   * From `send` to the outcome, in ms: the look-up of the lamp's present level, the connection, the broker's
   * acknowledgement and the confirmation. A fade adds its `transition` to it.
   */
  readonly timeoutMs: number;
  /** Gives the command up: what has not been sent stays unsent. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called, before anything is sent, with each port whose present level the command depends on. Whoever sends more such
   * commands follows the port from then on, so that the next one finds the level at hand instead of asking over REST.
   */
  readonly onPresentNeeded?: ((address: PortAddress) => void) | undefined;
}

/** What went out to one port. */
export interface SentAction {
  readonly address: PortAddress;
  readonly topic: string;
  readonly sent: unknown;
}

/** `replaced`: newer commands for the same properties of the same ports came before this one could leave. */
export type ActionOutcome =
  | { readonly kind: 'sent'; readonly results: readonly SentAction[] }
  | { readonly kind: 'replaced' };
