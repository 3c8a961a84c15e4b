/** Where the client says what it does. Messages never hold a password, a token, a key or a signed URL. */
export interface Logger {
  /** A change for the better or as planned: connected, disconnected, renewed. */
  info(message: string): void;
  /** Something is degraded; said once per change of state. */
  warn(message: string): void;
  /** The user must act. `cause` is what the message is about, whose code flows may switch on. */
  error(message: string, cause?: Error): void;
  /** Every retry and detail. */
  debug(message: string): void;
}

/** A logger for those who do not want to hear. */
export const silentLogger: Logger = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  debug: () => undefined,
};
