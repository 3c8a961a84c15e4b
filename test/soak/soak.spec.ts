import assert from 'node:assert/strict';
import { storm } from './storm';

describe('the soak, in short', () => {
  it('five minutes of storm lose nothing, double nothing, say nothing twice and leave nothing behind', async () => {
    const report = await storm({ seconds: 300, seed: 7 });
    assert.deepEqual(report.breaches, []);
    for (const { name, published, received, excused } of report.worlds) {
      assert.equal(published, received + excused, name);
      assert.ok(published > 5_000, `${name} published ${published}`);
    }
  }).timeout(600_000);
});
