const longestSeconds = 1200;
/** A client has this long to send CONNECT. */
const connectTimeoutMs = 30_000;

/** AWS's keep-alive: 0 and more than 1200 s count as 1200, little counts as the least. */
export function believedKeepAlive(keepalive: number | undefined, leastSeconds: number): number {
  if (keepalive === undefined || keepalive === 0) return longestSeconds;
  return Math.min(longestSeconds, Math.max(leastSeconds, keepalive));
}

/** Notices a client's silence: before CONNECT for 30 s, after it for one and a half keep-alives. */
export class KeepAlive {
  readonly #leastSeconds: number;
  readonly #onSilence: (reason: string) => void;
  #timer: NodeJS.Timeout;

  constructor(leastSeconds: number, onSilence: (reason: string) => void) {
    this.#leastSeconds = leastSeconds;
    this.#onSilence = onSilence;
    this.#timer = setTimeout(() => onSilence('no CONNECT'), connectTimeoutMs);
  }

  /** Goes over to the keep-alive of a CONNECT. */
  agree(keepalive: number | undefined): void {
    const seconds = believedKeepAlive(keepalive, this.#leastSeconds);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#onSilence('MQTT_KEEP_ALIVE_TIMEOUT'), seconds * 1500);
  }

  heard(): void {
    this.#timer.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
