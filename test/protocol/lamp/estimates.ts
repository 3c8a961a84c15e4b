import { LampEstimate } from '../../../src/protocol/lamp/lamp-estimate';
import type { FakeClock } from '../../support/fake-clock';

/** Says that a command was sent and acknowledged, as if no event had come yet. */
export function sent(estimate: LampEstimate, level: number): void {
  const note = estimate.sending({ level }, false);
  note.published();
  note.acknowledged();
}

export function estimateAt(clock: FakeClock): LampEstimate {
  return new LampEstimate(() => clock.monotonicMs());
}
