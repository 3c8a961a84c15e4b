import type { Interest } from './flows';
import type { BenchTarget } from './report';

const ownPort: Readonly<Record<number, number>> = { 50: 0.12, 1000: 0.0075, 5000: 0.0012 };
const everything: Readonly<Record<number, number>> = { 200: 0.4, 5000: 0.28 };

/** What receiving is to cost at most, as a part of what it costs core's `mqtt in` and mqtt.js alone. */
export function receivingTargets(count: number, interest: Interest, qos: 0 | 1): readonly BenchTarget[] {
  if (count === 1 && qos === 1) return [{ of: 'core', atMost: 0.28 }];
  if (count === 1) {
    return [
      { of: 'core', atMost: 0.6 },
      { of: 'bare', atMost: 1.2 },
    ];
  }
  const atMost = (interest === 'own port' ? ownPort : everything)[count];
  return atMost === undefined ? [] : [{ of: 'core', atMost }];
}

export const targets = {
  registrationMs: [{ of: 'ours', atMost: 15 }],
  registrationMegabytes: [{ of: 'ours', atMost: 3 }],
  lastSubackOf5000: [{ of: 'core', atMost: 0.25 }],
  heapPerNode: [{ of: 'core', atMost: 1 }],
  tenConnections: [{ of: 'ours', atMost: 1.15 }],
  manyAsOne: [{ of: 'ours', atMost: 1.25 }],
  publishing: [{ of: 'core', atMost: 1 }],
  besideByHand: [{ of: 'by hand', atMost: 0.4 }],
} as const satisfies Record<string, readonly BenchTarget[]>;
