import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { onAbort } from '../../../src/client/time/abort-listeners';

describe('onAbort', () => {
  it('tells every listener once, and puts one listener on the signal however many there are', () => {
    const controller = new AbortController();
    let calls = 0;
    const count = (): void => {
      calls += 1;
    };
    for (let index = 0; index < 500; index += 1) onAbort(controller.signal, count);
    assert.equal(getEventListeners(controller.signal, 'abort').length, 1);
    controller.abort();
    assert.equal(calls, 500);
    assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
  });

  it('leaves nothing on the signal when the last has stopped listening', () => {
    const controller = new AbortController();
    const stops = [1, 2].map(() => onAbort(controller.signal, () => assert.fail('no longer listening')));
    for (const stop of [...stops, ...stops]) stop();
    assert.equal(getEventListeners(controller.signal, 'abort').length, 0);
    controller.abort();
  });

  it('goes on for the others when one of them stops during the announcement', () => {
    const controller = new AbortController();
    const told: string[] = [];
    onAbort(controller.signal, () => {
      told.push('first');
      stopSecond();
    });
    const stopSecond = onAbort(controller.signal, () => told.push('second'));
    onAbort(controller.signal, () => told.push('third'));
    controller.abort();
    assert.deepEqual(told, ['first', 'third']);
  });

  it('calls at once for a signal that has been aborted, and never without a signal', () => {
    let calls = 0;
    onAbort(AbortSignal.abort(), () => {
      calls += 1;
    })();
    onAbort(undefined, () => assert.fail('there is no signal'))();
    assert.equal(calls, 1);
  });
});
