/** PROVISIONAL, to be replaced by its owner. */
export class RedeliveryFilter {
  #ring: { topic: string; payload: Buffer }[] = [];
  #dropped = 0;
  #expected = new Map<string, number>();
  #untilMs = 0;

  mark(): number {
    return this.#dropped + this.#ring.length;
  }

  confirmedUpTo(mark: number): void {
    const count = Math.max(0, mark - this.#dropped);
    this.#ring.splice(0, count);
    this.#dropped += count;
  }

  received(topic: string, payload: Buffer): void {
    this.#ring.push({ topic, payload });
    if (this.#ring.length > 1000) this.confirmedUpTo(this.#dropped + 1);
  }

  resume(nowMs: number): void {
    for (const { topic, payload } of this.#ring) {
      const key = `${topic}\n${payload.toString('latin1')}`;
      this.#expected.set(key, (this.#expected.get(key) ?? 0) + 1);
    }
    this.#untilMs = nowMs + 30_000;
  }

  accept(topic: string, payload: Buffer, nowMs: number): boolean {
    if (this.#expected.size === 0) return true;
    if (nowMs > this.#untilMs) {
      this.#expected.clear();
      return true;
    }
    const key = `${topic}\n${payload.toString('latin1')}`;
    const count = this.#expected.get(key) ?? 0;
    if (count === 0) return true;
    if (count === 1) this.#expected.delete(key);
    else this.#expected.set(key, count - 1);
    return false;
  }
}
