import assert from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { Status } from '../../../nodes/runtime/node-red';
import { connectionStatus, failureStatus, forbidden, gap } from '../../../nodes/runtime/status/status';
import { StatusLight } from '../../../nodes/runtime/status/status-light';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { FakeClock } from '../../support/fake-clock';

const connected = connectionStatus({ state: 'connected' });
const connecting = connectionStatus({ state: 'connecting' });

describe('what stands under a node', () => {
  let clock: FakeClock;
  let shown: Status[];
  let light: StatusLight;

  before(() => helper.startServer());
  after(() => helper.stopServer());
  beforeEach(async () => {
    clock = new FakeClock();
    shown = [];
    await helper.load([], [{ id: 'node', type: 'helper' }]);
    const node = helper.getNode('node');
    node.status = (status) => shown.push(Object(status));
    light = new StatusLight(node, clock);
  });
  afterEach(() => helper.unload());

  const texts = (): unknown[] => shown.map(({ text }) => text);

  it('is told to the runtime when it changes only', () => {
    light.connection(connecting);
    light.connection({ ...connecting });
    light.connection(connected);
    assert.deepEqual(texts(), ['status.connecting', 'status.connected']);
  });

  it('is a copy each time, so that nobody changes the next one', () => {
    light.connection(connected);
    light.notice(gap);
    Object.assign(shown[1] ?? {}, { text: 'changed' });
    light.notice(undefined);
    light.notice(gap);
    assert.equal(shown[3]?.text, 'status.gap');
  });

  it('is a notice until the connection is lost', () => {
    light.connection(connected);
    light.notice(forbidden);
    light.connection(connecting);
    light.connection(connected);
    assert.deepEqual(texts(), ['status.connected', 'status.forbidden', 'status.connecting', 'status.connected']);
  });

  it('stays a notice that comes just before its connection does', () => {
    light.connection(connecting);
    light.notice(forbidden);
    light.connection(connected);
    assert.deepEqual(texts(), ['status.connecting', 'status.forbidden']);
  });

  it('is sending from the first piece of work until shortly after the last', async () => {
    light.connection(connected);
    light.begin();
    light.begin();
    light.end();
    await clock.advance(1000);
    light.end();
    light.begin();
    light.end();
    assert.deepEqual(texts(), ['status.connected', 'status.sending']);
    await clock.advance(1000);
    assert.deepEqual(texts(), ['status.connected', 'status.sending', 'status.connected']);
    assert.equal(clock.timers, 0);
  });

  it('is a failure at once, but not while other work goes on', async () => {
    light.begin();
    light.begin();
    light.end(failureStatus(new OchnoError('OCHNO_TIMEOUT', '')));
    assert.deepEqual(texts(), ['status.sending']);
    light.end(failureStatus(new OchnoError('OCHNO_HTTP', '')));
    assert.deepEqual(texts(), ['status.sending', 'failure.http']);
    light.begin();
    light.end();
    await clock.advance(1000);
    assert.deepEqual(texts().slice(2), ['status.sending', undefined]);
  });

  it('never changes after the node was closed', () => {
    light.begin();
    light.end();
    light.close();
    light.connection(connected);
    assert.deepEqual(texts(), ['status.sending']);
    assert.equal(clock.timers, 0);
  });
});

describe('the words of a status', () => {
  it('are the short names of the errors for failures', () => {
    const codes = ['VALUE', 'PAYLOAD', 'TIMEOUT', 'REFUSED', 'CLOSED', 'HTTP', 'LOGIN', 'NETWORK'] as const;
    for (const word of codes) {
      const expected = { fill: 'red', shape: 'dot', text: `failure.${word.toLowerCase()}` };
      assert.deepEqual(failureStatus(new OchnoError(`OCHNO_${word}`, '')), expected);
    }
    assert.equal(failureStatus(new Error('a bug')).text, 'failure.value');
  });

  it('are none for an account nobody has used', () => {
    assert.deepEqual(connectionStatus({ state: 'unused' }), {});
  });
});
