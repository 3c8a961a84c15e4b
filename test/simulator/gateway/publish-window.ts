/** At most this many QoS 1 events may be without acknowledgement on a connection. */
const mostUnacknowledged = 100;

/** A QoS 1 PUBLISH as bytes; `idAt` is where its packet id stands. */
export interface WindowedPublish {
  readonly bytes: Buffer;
  readonly idAt: number;
}

/**
 * The QoS 1 events on their way to one client. They get packet ids of the gateway's own, so that duplicates made here
 * and events of the broker never share one; past 100 unacknowledged ones the rest wait.
 */
export class PublishWindow {
  readonly #send: (bytes: Buffer) => void;
  /** Gateway id → broker id; undefined for a duplicate the broker knows nothing of. */
  readonly #sent = new Map<number, number | undefined>();
  readonly #waiting: { readonly publish: WindowedPublish; readonly brokerId: number | undefined }[] = [];
  #lastId = 0;

  constructor(send: (bytes: Buffer) => void) {
    this.#send = send;
  }

  /** Sends an event now or when there is room. */
  push(publish: WindowedPublish, brokerId: number | undefined): void {
    if (this.#sent.size >= mostUnacknowledged) this.#waiting.push({ publish, brokerId });
    else this.#sendNow(publish, brokerId);
  }

  /** Takes a PUBACK; gives the broker's id of the event, or undefined where the broker need not know. */
  acknowledge(id: number): number | undefined {
    const brokerId = this.#sent.get(id);
    this.#sent.delete(id);
    const next = this.#sent.size < mostUnacknowledged ? this.#waiting.shift() : undefined;
    if (next !== undefined) this.#sendNow(next.publish, next.brokerId);
    return brokerId;
  }

  #sendNow({ bytes, idAt }: WindowedPublish, brokerId: number | undefined): void {
    do this.#lastId = (this.#lastId % 65_535) + 1;
    while (this.#sent.has(this.#lastId));
    this.#sent.set(this.#lastId, brokerId);
    const own = Buffer.from(bytes);
    own.writeUInt16BE(this.#lastId, idAt);
    this.#send(own);
  }
}
