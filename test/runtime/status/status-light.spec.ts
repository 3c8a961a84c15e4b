import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { Status } from '../../../nodes/runtime/node-red';
import {
  connectionSign,
  failureSign,
  forbidden,
  gap,
  notConfigured,
  statusOf,
} from '../../../nodes/runtime/status/status';
import { StatusLight } from '../../../nodes/runtime/status/status-light';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { FakeClock } from '../../support/fake-clock';
import { hostFlows } from '../../support/node-red';

const connected = connectionSign({ state: 'connected' });
const connecting = connectionSign({ state: 'connecting' });

describe('what stands under a node', () => {
  let clock: FakeClock;
  let shown: Status[];
  let light: StatusLight;

  hostFlows();
  beforeEach(async () => {
    clock = new FakeClock();
    shown = [];
    await helper.load([], [{ id: 'node', type: 'helper' }]);
    const node = helper.getNode('node');
    node.status = (status) => shown.push(Object(status));
    light = new StatusLight(node, clock);
  });

  const codes = (): unknown[] => shown.map(({ code }) => code);
  const pause = (): Promise<void> => clock.advance(1000);

  it('is told to the runtime when it changes only', async () => {
    light.connection(connecting);
    await pause();
    light.connection(connecting);
    await pause();
    light.connection(connected);
    await pause();
    assert.deepEqual(codes(), ['connecting', 'connected']);
  });

  it('is one object for all nodes of a type, which nobody can change', () => {
    light.connection(connected);
    assert.equal(shown[0], statusOf('helper', connected));
    assert.throws(() => Object.assign(shown[0] ?? {}, { text: 'changed' }), TypeError);
  });

  it('B6: changes a few times a second, whatever happens, and ends with what is true', async () => {
    const failure = failureSign(new OchnoError('OCHNO_VALUE', ''));
    light.connection(connected);
    for (let message = 0; message < 300; message += 1) {
      light.begin();
      light.end(failure);
      await clock.advance(10);
    }
    assert.ok(shown.length <= 13, `${shown.length} in three seconds`);
    light.begin();
    light.end();
    await pause();
    assert.equal(codes().at(-1), 'connected');
    assert.equal(clock.timers, 0);
  });

  it('is a notice until the connection is lost', async () => {
    for (const change of [
      () => light.connection(connected),
      () => light.notice(forbidden),
      () => light.connection(connecting),
      () => light.connection(connected),
    ]) {
      change();
      await pause();
    }
    assert.deepEqual(codes(), ['connected', 'forbidden', 'connecting', 'connected']);
  });

  it('stays a notice that comes just before its connection does', async () => {
    light.connection(connecting);
    light.notice(forbidden);
    light.connection(connected);
    await pause();
    assert.deepEqual(codes(), ['connecting', 'forbidden']);
  });

  it('stays a notice while work goes well, and is a failure over it while that does not', async () => {
    light.connection(connected);
    light.notice(forbidden);
    await pause();
    light.begin();
    light.end();
    await pause();
    light.begin();
    light.end(failureSign(new OchnoError('OCHNO_VALUE', '')));
    await pause();
    light.begin();
    light.end();
    await pause();
    light.notice(undefined);
    await pause();
    const seen = ['connected', 'forbidden', 'sending', 'forbidden', 'sending', 'value', 'sending', 'forbidden'];
    assert.deepEqual(codes(), [...seen, 'connected']);
  });

  it('is sending from the first piece of work until shortly after the last', async () => {
    light.connection(connected);
    await pause();
    light.begin();
    light.begin();
    light.end();
    await pause();
    light.end();
    light.begin();
    light.end();
    assert.deepEqual(codes(), ['connected', 'sending']);
    await pause();
    assert.deepEqual(codes(), ['connected', 'sending', 'connected']);
    assert.equal(clock.timers, 0);
  });

  it('is a failure, but not while other work goes on', async () => {
    light.begin();
    light.begin();
    light.end(failureSign(new OchnoError('OCHNO_TIMEOUT', '')));
    await pause();
    assert.deepEqual(codes(), ['sending']);
    light.end(failureSign(new OchnoError('OCHNO_HTTP', '')));
    assert.deepEqual(codes(), ['sending', 'http']);
    await pause();
    light.begin();
    light.end();
    await pause();
    assert.deepEqual(codes().slice(2), ['sending', undefined]);
  });

  it('is a value while connected, at most twice a second, and the last one', async () => {
    light.value('1 · 12:03');
    assert.deepEqual(shown, []);
    light.connection(connected);
    for (let value = 2; value <= 200; value += 1) {
      light.value(`${value} · 12:03`);
      await clock.advance(10);
    }
    await pause();
    assert.ok(shown.length <= 6, `${shown.length} in two seconds`);
    assert.deepEqual(shown.at(-1), { fill: 'green', shape: 'dot', text: '200 · 12:03', code: 'connected' });
    light.connection(connecting);
    await pause();
    assert.equal(codes().at(-1), 'connecting');
    light.connection(connected);
    await pause();
    assert.equal(codes().at(-1), 'connected');
    assert.deepEqual(shown.at(-1), shown.at(-3));
  });

  it('never changes after the node was closed', async () => {
    light.begin();
    light.end();
    light.notice(gap);
    light.close();
    light.connection(connected);
    await pause();
    assert.deepEqual(codes(), ['sending']);
    assert.equal(clock.timers, 0);
  });

  it('says in yellow that a newer version saved the node, and is connected for flows', () => {
    light.isNewer = true;
    light.connection(connected);
    assert.deepEqual(shown, [
      { fill: 'yellow', shape: 'dot', text: '@ochno/node-red-ochno/helper:status.newer version', code: 'connected' },
    ]);
  });
});

describe('the words of a status', () => {
  it('are the short names of the errors for failures', () => {
    for (const word of ['VALUE', 'PAYLOAD', 'TIMEOUT', 'REFUSED', 'CLOSED', 'HTTP', 'LOGIN', 'NETWORK'] as const) {
      const short = word.toLowerCase();
      const expected = { fill: 'red', shape: 'dot', code: short, key: `failure.${short}` };
      assert.deepEqual(failureSign(new OchnoError(`OCHNO_${word}`, '')), expected);
    }
    assert.equal(failureSign(new Error('a bug')).code, 'other');
  });

  it('are none for an account nobody has used', () => {
    assert.deepEqual(statusOf('ochno-rest', connectionSign({ state: 'unused' })), {});
  });

  it('D7: name the option that is missing or unusable, in the catalogue that has its label', () => {
    const textOf = (option?: string): unknown => statusOf('ochno-port-in', notConfigured(option)).text;
    assert.equal(textOf(), '@ochno/node-red-ochno/ochno-port-in:status.not configured');
    assert.equal(textOf('company'), '@ochno/node-red-ochno/ochno-port-in:unset.company');
    assert.equal(textOf('valueType'), '@ochno/node-red-ochno/ochno-port-in:unset.value');
    assert.equal(textOf('password'), '@ochno/node-red-ochno/ochno-config:unset.password');
    assert.equal(notConfigured('company').code, 'not configured');
  });
});
