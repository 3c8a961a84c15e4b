import assert from 'node:assert/strict';
import { type PresentLevel, parseLampCommand, resolveLampCommand } from '../../../src/protocol/lamp/lamp-command';
import { ochnoError } from '../../support/ochno-errors';

describe('a lamp command, once the present level is known,', () => {
  const cases: [value: unknown, present: PresentLevel, level: number][] = [
    ['on', {}, 100],
    ['on', { level: 0 }, 100],
    ['on', { level: 0, lastLitLevel: 35 }, 35],
    ['on', { lastLitLevel: 35 }, 35],
    ['on', { level: 60, lastLitLevel: 35 }, 60],
    ['on', { level: 0, lastLitLevel: 0 }, 100],
    [true, { level: 0, lastLitLevel: 250 }, 100],
    ['toggle', { level: 0 }, 100],
    ['toggle', { level: 0, lastLitLevel: 20 }, 20],
    ['toggle', { level: 1, lastLitLevel: 20 }, 0],
    ['+10', { level: 50 }, 60],
    ['-10', { level: 50 }, 40],
    ['+10', { level: 95 }, 100],
    ['-10', { level: 5 }, 0],
    ['+10', { level: 0, lastLitLevel: 80 }, 10],
    ['-0', { level: 50 }, 50],
    ['-1', { level: 250 }, 100],
    ['off', { level: 50 }, 0],
    [70, { level: 50 }, 70],
  ];
  for (const [value, present, expected] of cases) {
    it(`makes ${JSON.stringify(value)} of a lamp at ${JSON.stringify(present)} ${expected}`, () => {
      assert.deepEqual(resolveLampCommand(parseLampCommand(value), present), { fields: { level: expected } });
    });
  }

  it('keeps fields and transition as they are', () => {
    const command = parseLampCommand({ temp: 3000, transition: 2 });
    assert.deepEqual(resolveLampCommand(command, { level: 5 }), { fields: { temp: 3000 }, transitionMs: 2000 });
  });

  for (const value of ['toggle', '+10', '-10']) {
    it(`is not guessed: ${value} without a present level is OCHNO_VALUE`, () => {
      const command = parseLampCommand(value);
      assert.throws(() => resolveLampCommand(command, {}), ochnoError('OCHNO_VALUE', /present level is not known/));
      assert.throws(() => resolveLampCommand(command, { lastLitLevel: 5 }), ochnoError('OCHNO_VALUE'));
    });
  }
});
