/** The pings of one connection, mqtt.js's own among them; the broker answers them in their order. */
export class Pings {
  #sent = 0;
  #answered = 0;
  readonly #awaited: { readonly number: number; readonly onAnswer: () => void }[] = [];

  /** A PINGREQ left. */
  sent(): void {
    this.#sent += 1;
  }

  /** `onAnswer` is called on the answer to the PINGREQ that left last. */
  whenAnswered(onAnswer: () => void): void {
    this.#awaited.push({ number: this.#sent, onAnswer });
  }

  /** A PINGRESP came. */
  answered(): void {
    this.#answered += 1;
    while (this.#awaited[0] !== undefined && this.#awaited[0].number <= this.#answered) {
      this.#awaited.shift()?.onAnswer();
    }
  }
}
