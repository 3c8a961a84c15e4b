import assert from 'node:assert/strict';
import { shownValue } from '../../../nodes/runtime/port-in/shown-value';

const noon = new Date(2025, 0, 15, 12, 3, 59).getTime();
const withoutTime = (payload: unknown): string => {
  const text = shownValue(payload, noon);
  assert.ok(text.endsWith(' · 12:03'), text);
  return text.slice(0, -' · 12:03'.length);
};

describe('a value under a node', () => {
  const shown: [payload: unknown, text: string][] = [
    [40, '40'],
    [-0.5, '-0.5'],
    [true, 'true'],
    [null, 'null'],
    ['on', '"on"'],
    ['0x10', '"0x10"'],
    ['', '""'],
    ['a text that is longer than fits', '"a text that is lo…"'],
    ['status.connected', '"status.connected"'],
    ['two\nlines', '"two\\nlines"'],
    [['lamp', 'sensor'], '["lamp", "sensor"]'],
    [[1, { a: 2 }, 3], '[1, …, 3]'],
    [Array.from({ length: 1000 }, (_, index) => index), '[0, 1, 2, 3, 4, 5, …'],
    [{}, '{…}'],
    [{ id: 'hub1', t: 5 }, '{…}'],
    [{ level: 3 }, 'level 3'],
    [{ a: { b: { c: 'deep' } } }, 'c "deep"'],
    [{ '{{name}}': 5 }, '5'],
    [{ id: 'hub1', data: { portId: 'p1', connected: false } }, 'connected false'],
    [{ id: 'hub1', data: { portId: 'p1', device: { lamp: { level: 40, temp: 3000 } } } }, '40 %'],
    [{ device: { sensor: { temperature: 21.4, airco2: 812 } } }, '21.4 °C'],
    [{ sensor: { airco2: 812 } }, '812 ppm'],
    [{ data: { device: { sensor: { motion: true } } } }, 'motion true'],
    [{ data: { device: { power: { watt: 43, direction: 'out' } } } }, '43 W'],
    [{ data: { device: { button: { pushed: true } } } }, 'pushed true'],
    [{ data: { device: { fan: { target1: 30 } } } }, '30 %'],
    [{ data: { device: { lamp: { level: { odd: 1 } } } } }, 'odd 1'],
  ];
  for (const [payload, text] of shown) {
    it(`is ${text} for ${JSON.stringify(payload).slice(0, 60)}`, () => assert.equal(withoutTime(payload), text));
  }

  it('B10: is a number if it is the text of one', () => {
    const payload = { data: { device: { lamp: { level: ' 40.0 ' } } } };
    assert.deepEqual([payload, '21.5', { power: '-3' }].map(withoutTime), ['40.0 %', '21.5', 'power -3']);
  });

  it('is at most 20 characters and the time, and cuts no character in two', () => {
    for (const payload of ['😀'.repeat(40), { [`k${'x'.repeat(14)}`]: 'y'.repeat(40) }, [['a'.repeat(99)]], 1e300]) {
      const text = withoutTime(payload);
      assert.ok([...text].length <= 20, text);
      assert.doesNotMatch(text, /\p{Surrogate}|\\ud/u);
    }
  });

  it('has the hour and minute at which it came', () => {
    assert.equal(shownValue(1, new Date(2025, 0, 15, 7, 5).getTime()), '1 · 07:05');
    assert.equal(shownValue(1, noon), '1 · 12:03');
  });

  it('never begins like the key of a text that the editor has', () => {
    for (const [payload] of shown) {
      assert.ok(!/^(?:status|failure|@ochno)[.:/]/.test(shownValue(payload, noon)));
      assert.ok(!/^[@a-zA-Z].*(?:\{\{|\$t\()/.test(shownValue(payload, noon)));
    }
  });
});
