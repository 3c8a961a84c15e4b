import type { FaultName } from '../fault-table';
import type { Faults } from '../faults';
import type { PacketGate } from './packet-gate';

const lookMs = 100;
const usualIdleSeconds = 20;
const usualRestartSeconds = 15;

/**
 * Ends connections in good order and without giving a reason, as what stands before a broker does: proxies that close
 * what is idle (`idle-close`), gateways that are restarted one after another (`gateway-restarts`).
 */
export class PlannedCloses {
  readonly #faults: Faults;
  readonly #open: ReadonlySet<PacketGate>;
  #timer: NodeJS.Timeout | undefined;
  #restartedAtMs = 0;

  constructor(faults: Faults, open: ReadonlySet<PacketGate>) {
    this.#faults = faults;
    this.#open = open;
  }

  /** Begins to obey its faults. */
  watch(): void {
    this.#faults.onSwitch((name) => this.#obeySwitch(name));
  }

  #obeySwitch(name: FaultName): void {
    if (name === 'gateway-restarts') this.#restartedAtMs = performance.now();
    const isOn = this.#faults.isOn('idle-close') || this.#faults.isOn('gateway-restarts');
    if (isOn) this.#timer ??= setInterval(() => this.#look(), lookMs).unref();
    else this.#stop();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): void {
    const nowMs = performance.now();
    const idleSeconds = this.#faults.number('idle-close', usualIdleSeconds) ?? Number.POSITIVE_INFINITY;
    for (const gate of this.#open) {
      if (nowMs - gate.socket.passedAtMs >= idleSeconds * 1000) gate.close('fault idle-close');
    }
    const everySeconds = this.#faults.number('gateway-restarts', usualRestartSeconds) ?? Number.POSITIVE_INFINITY;
    if (nowMs - this.#restartedAtMs < everySeconds * 1000) return;
    this.#restartedAtMs = nowMs;
    for (const gate of this.#open) gate.close('fault gateway-restarts');
  }
}
