/** Events of one QoS that are published together. */
class Turn {
  readonly qos: 0 | 1;
  /** Resolves when those before it are through. */
  readonly begin: Promise<void>;
  /** Resolves when it has been ended and all of its own are through. */
  readonly through: Promise<void>;
  #pass: () => void = () => undefined;
  #underWay = 0;
  #isEnded = false;

  constructor(qos: 0 | 1, begin: Promise<void>) {
    this.qos = qos;
    this.begin = begin;
    this.through = new Promise((resolve) => {
      this.#pass = resolve;
    });
  }

  async run<T>(publish: () => Promise<T>): Promise<T> {
    this.#underWay += 1;
    try {
      await this.begin;
      return await publish();
    } finally {
      this.#underWay -= 1;
      this.#look();
    }
  }

  end(): void {
    this.#isEnded = true;
    this.#look();
  }

  #look(): void {
    if (this.#isEnded && this.#underWay === 0) this.#pass();
  }
}

/**
 * aedes overtakes: an event of QoS 0 passes one of QoS 1 published just before, and the one overtaken is then taken for a
 * duplicate and lost. So a change of QoS waits for what is under way. It costs the same however much that is.
 */
export class PublishTurns {
  #turn = new Turn(1, Promise.resolve());

  run<T>(qos: 0 | 1, publish: () => Promise<T>): Promise<T> {
    if (qos !== this.#turn.qos) {
      const before = this.#turn;
      this.#turn = new Turn(qos, before.through);
      before.end();
    }
    return this.#turn.run(publish);
  }
}
