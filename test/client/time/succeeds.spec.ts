import assert from 'node:assert/strict';
import { succeeds } from '../../../src/client/time/succeeds';

describe('whether something succeeds', () => {
  it('is told whatever it comes to, and however it fails', async () => {
    assert.equal(await succeeds(Promise.resolve(false)), true);
    assert.equal(await succeeds(Promise.reject(new Error('broken'))), false);
  });
});
