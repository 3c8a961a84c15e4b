import assert from 'node:assert/strict';
import { Office } from './office';
import { secretIn } from './secrets';

/** As often as the stream's credentials are renewed in a day. */
const renewalsOfADay = 24;

describe('a day of use in Node-RED, in short', () => {
  let office: Office;

  before(async () => {
    office = await Office.start();
  });
  after(() => office?.close());

  it('leaves no secret in the log, the flow files, the admin API’s answers, messages or errors', async () => {
    await office.use(renewalsOfADay);
    assert.deepEqual(await office.leaks(), []);
    assert.ok(office.seen.answers > 200, `${office.seen.answers} answers`);
    assert.ok(office.seen.logCharacters > 50_000, `${office.seen.logCharacters} characters of log`);
  }).timeout(240_000);

  it('would find one: the platform’s own are recognised', async () => {
    for (const secret of await office.secrets()) assert.notEqual(secretIn(`before ${secret} after`, []), undefined);
  });
});
