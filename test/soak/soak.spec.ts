import assert from 'node:assert/strict';
import { storm } from './storm';

describe('the soak, in short', () => {
  it('A18: a minute of storm loses nothing, doubles nothing, declares no gap without reason and says nothing twice', async () => {
    const report = await storm({ seconds: 60, seed: 7 });
    assert.deepEqual(report.breaches, []);
    for (const { name, published, received, excused } of report.worlds) {
      assert.equal(published, received + excused, name);
      assert.ok(published > 1_000, `${name} published ${published}`);
    }
  }).timeout(300_000);
});
