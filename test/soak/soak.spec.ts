import assert from 'node:assert/strict';
import { storm } from './storm';

describe('the soak, in short', () => {
  it('a minute of storm loses nothing, doubles nothing, says nothing twice and leaves nothing behind', async () => {
    const report = await storm({ seconds: 50, seed: 7 });
    assert.deepEqual(report.breaches, []);
    for (const { name, published, received, excused } of report.worlds) {
      assert.equal(published, received + excused, name);
      assert.ok(published > 1_000, `${name} published ${published}`);
    }
  }).timeout(240_000);
});
