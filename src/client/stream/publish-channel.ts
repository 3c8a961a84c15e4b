/** What a stream offers for publishing. */
export interface PublishChannel {
  /** Whether there is a connection, with everything subscribed on it that is wanted. */
  readonly isOpen: boolean;
  /** Why it is not open, as words that fit into "not connected (…)"; absent where there is nothing to say. */
  readonly problem?: string | undefined;
  /**
   * QoS 1, not retained. Resolves on PUBACK.
   *
   * @throws {PublishLost} when the connection went away first
   * @throws {OchnoError} `OCHNO_REFUSED` when the broker said no
   */
  publish(topic: string, payload: string): Promise<void>;
  /** Somebody waits for it to open: another attempt to have a connection comes within eight seconds, unless a longer pause was asked for. */
  hurry(): void;
  /** Calls the listener each time the channel becomes open; the function returned ends that. */
  onOpen(listener: () => void): () => void;
}

export interface PublishLostDetails {
  /** How long after the publish the connection was gone, in ms. */
  readonly closedAfterMs: number;
  /** Whether nothing else was waiting for its PUBACK on that connection. */
  readonly wasAlone: boolean;
  /** Whether it was not the broker that closed the connection, which then says nothing about the publish. */
  readonly closedByUs?: boolean;
  readonly cause?: unknown;
}

/** The connection went away before the broker acknowledged a publish: nobody can tell whether it arrived. */
export class PublishLost extends Error {
  override readonly name = 'PublishLost';
  readonly closedAfterMs: number;
  readonly wasAlone: boolean;
  readonly closedByUs: boolean;

  constructor(details: PublishLostDetails) {
    super('the connection was lost before the broker acknowledged the publish', { cause: details.cause });
    this.closedAfterMs = details.closedAfterMs;
    this.wasAlone = details.wasAlone;
    this.closedByUs = details.closedByUs ?? false;
  }
}
