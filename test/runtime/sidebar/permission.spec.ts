import assert from 'node:assert/strict';
import { mayDo } from '../../../nodes/runtime/sidebar/permission';

describe('what a user may do', () => {
  const may = (permissions: unknown, permission = 'ochno-config.read'): boolean =>
    mayDo({ permissions }, permission, true);

  it('is what Node-RED’s own rule says', () => {
    for (const all of ['*', ['*'], ['x', '*']]) assert.ok(may(all) && may(all, 'ochno-config.write'), String(all));
    for (const read of [
      'read',
      '*.read',
      ['read'],
      ['*.read'],
      'ochno-config.read',
      ['flows.read', 'ochno-config.read'],
    ]) {
      assert.ok(may(read), String(read));
      assert.ok(!may(read, 'ochno-config.write'), String(read));
    }
    assert.ok(may('write', 'ochno-config.write') && !may('write'));
    for (const none of ['', [], undefined, null, 7, {}, 'status.read', ['nodes.write'], 'read.ochno-config']) {
      assert.ok(!may(none), JSON.stringify(none));
    }
  });

  it('is all where nobody has to log in, and nothing for nobody where one has to', () => {
    for (const nobody of [undefined, null]) {
      assert.ok(mayDo(nobody, 'ochno-config.read', false));
      assert.ok(!mayDo(nobody, 'ochno-config.read', true));
    }
  });
});
