import type { Interest } from './flows';
import type { BenchTarget } from './report';

const ownPort: Readonly<Record<number, number>> = { 50: 0.125, 1000: 0.0075, 5000: 0.0015 };
const everything: Readonly<Record<number, number>> = { 200: 0.4, 5000: 0.28 };

/** What receiving is to cost at most, as a part of what it costs core's `mqtt in` and mqtt.js alone. */
export function receivingTargets(count: number, interest: Interest, qos: 0 | 1): readonly BenchTarget[] {
  if (count === 1 && qos === 1) return [{ of: 'core', atMost: 0.32 }];
  if (count === 1) {
    return [
      { of: 'core', atMost: 0.75 },
      { of: 'bare', atMost: 1.3 },
    ];
  }
  const atMost = (interest === 'own port' ? ownPort : everything)[count];
  return atMost === undefined ? [] : [{ of: 'core', atMost }];
}

export const targets = {
  registrationMs: [{ of: 'ours', atMost: 15 }],
  registrationMegabytes: [{ of: 'ours', atMost: 3 }],
  lastSubackOf5000: [{ of: 'core', atMost: 0.12 }],
  heapPerNode: [{ of: 'core', atMost: 0.5 }],
  manyAsOne: [{ of: 'ours', atMost: 1.25 }],
  publishing: [{ of: 'core', atMost: 0.3 }],
} as const satisfies Record<string, readonly BenchTarget[]>;
