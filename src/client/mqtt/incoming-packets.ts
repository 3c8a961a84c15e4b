import { StreamError } from './stream-error';

/** The part of a `ws` WebSocket through which bytes come. */
export interface IncomingSocket {
  emit(event: string, ...values: unknown[]): boolean;
  pause(): void;
  resume(): void;
}

/**
 * AWS IoT's largest message (128 KiB of payload, on a topic of 256 bytes) with what MQTT puts around it: type and length
 * (4 bytes), the topic's length (2), the message id (2).
 */
const largestPacketBytes = 128 * 1024 + 256 + 8;
/**
 * After so many packets, or so many bytes, the event loop gets its turn. What a turn hands out lives until the flows have
 * had it, and a garbage collection in between copies it all, so that more in a turn take longer. AWS IoT sends as many of
 * QoS 1 before it waits for their acknowledgements, which then leave together.
 */
const packetsPerTurn = 100;
const bytesPerTurn = 256 * 1024;
/** A packet's type, and at most four bytes of length (MQTT 3.1.1, 2.2.3). */
const longestHeaderBytes = 5;

/**
 * Stands between a WebSocket and mqtt.js, which by itself collects whatever a header announces, and works off all packets
 * of a frame in one turn of the event loop, however many there are. Here a packet that is too large is refused at its
 * header, and of many small ones the rest waits for the next turns while the socket is paused.
 */
export class IncomingPackets {
  readonly #emit: IncomingSocket['emit'];
  readonly #pauseSocket: () => void;
  readonly #resumeSocket: () => void;
  readonly #refuse: (problem: StreamError) => void;
  /** How many bytes of a packet's header were read, and the length that they tell so far. */
  #headerBytes = 0;
  #length = 0;
  /** How many bytes are still to come of the packet whose header was read last. */
  #contentBytes = 0;
  #packetsOfTurn = 0;
  #bytesOfTurn = 0;
  #isNextTurnDue = false;
  readonly #waiting: Buffer[] = [];
  /** mqtt.js has more than it can take. */
  #isReaderFull = false;
  #isOver = false;

  /** From now on what comes on the socket passes here. Nothing is passed on after `refuse`, which is called at most once. */
  constructor(socket: IncomingSocket, refuse: (problem: StreamError) => void) {
    this.#emit = socket.emit.bind(socket);
    this.#pauseSocket = socket.pause.bind(socket);
    this.#resumeSocket = socket.resume.bind(socket);
    this.#refuse = refuse;
    socket.emit = (event, ...values) => {
      if (event === 'message') return this.#arrived(values[0], values[1]);
      if (event === 'close') this.stop();
      return this.#emit(event, ...values);
    };
    socket.pause = () => {
      this.#isReaderFull = true;
      this.#pauseSocket();
    };
    socket.resume = () => {
      this.#isReaderFull = false;
      if (this.#waiting.length > 0) this.#scheduleTurn();
      else this.#resumeSocket();
    };
  }

  /** Nothing is passed on any more. */
  stop(): void {
    this.#isOver = true;
    this.#waiting.length = 0;
  }

  #arrived(data: unknown, isBinary: unknown): boolean {
    if (this.#isOver) return false;
    // MQTT is binary (MQTT 3.1.1, 6.0); text means that something else is speaking.
    if (isBinary !== true || !Buffer.isBuffer(data)) {
      this.#fail('the stream’s server sent text where MQTT was expected');
      return false;
    }
    if (this.#waiting.length > 0) {
      this.#waiting.push(data);
      return true;
    }
    const end = this.#passOn(data);
    if (end < data.length && !this.#isOver) {
      this.#waiting.push(data.subarray(end));
      this.#pauseSocket();
    }
    return true;
  }

  readonly #takeTurn = (): void => {
    this.#isNextTurnDue = false;
    this.#packetsOfTurn = 0;
    this.#bytesOfTurn = 0;
    if (this.#waiting.length === 0) return;
    while (this.#waiting[0] !== undefined && !this.#isReaderFull) {
      const end = this.#passOn(this.#waiting[0]);
      if (this.#waiting[0] === undefined) return;
      this.#waiting[0] = this.#waiting[0].subarray(end);
      if (this.#waiting[0].length > 0) return;
      this.#waiting.shift();
    }
    if (!this.#isReaderFull) this.#resumeSocket();
  };

  /** Passes on as much as this turn may still take. Returns where that ends. */
  #passOn(data: Buffer): number {
    const end = this.#shareOf(data);
    if (end > 0) this.#emit('message', end === data.length ? data : data.subarray(0, end), true);
    return end;
  }

  /** Where the share of this turn ends: at the beginning of a packet, or with the data. Nothing is passed on of bad data. */
  #shareOf(data: Buffer): number {
    let at = 0;
    while (at < data.length) {
      if (this.#contentBytes > 0) {
        const passed = Math.min(this.#contentBytes, data.length - at);
        this.#contentBytes -= passed;
        at += passed;
      } else if (this.#headerBytes === 0 && this.#turnTaken >= 1) {
        return at;
      } else {
        this.#readHeader(data.readUInt8(at));
        at += 1;
        if (this.#isOver) return 0;
      }
    }
    return at;
  }

  #readHeader(byte: number): void {
    const lengthByte = this.#headerBytes - 1;
    this.#headerBytes += 1;
    if (lengthByte < 0) return;
    this.#length += (byte & 0x7f) << (7 * lengthByte);
    const isLast = (byte & 0x80) === 0;
    if (!isLast && this.#headerBytes < longestHeaderBytes) return;
    const size = this.#headerBytes + this.#length;
    if (!isLast || size > largestPacketBytes) {
      this.#fail(`the broker announced a packet of ${size} bytes, more than AWS IoT lets anyone send`, true);
      return;
    }
    this.#contentBytes = this.#length;
    this.#headerBytes = 0;
    this.#length = 0;
    this.#packetsOfTurn += 1;
    this.#bytesOfTurn += size;
    // A line that is not busy needs a new turn only once in a while.
    if (this.#turnTaken >= 0.5) this.#scheduleTurn();
  }

  /** How much of this turn is taken; with 1 it is over. */
  get #turnTaken(): number {
    return Math.max(this.#packetsOfTurn / packetsPerTurn, this.#bytesOfTurn / bytesPerTurn);
  }

  #scheduleTurn(): void {
    if (this.#isNextTurnDue) return;
    this.#isNextTurnDue = true;
    setImmediate(this.#takeTurn);
  }

  #fail(problem: string, isPoisoned = false): void {
    this.stop();
    this.#refuse(new StreamError(problem, { isPoisoned }));
  }
}
