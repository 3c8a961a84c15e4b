import assert from 'node:assert/strict';
import { Building } from '../../../nodes/editor/sidebar/building/building';
import type { FeedState } from '../../../nodes/editor/sidebar/building-feed';
import { treeNotes } from '../../../nodes/editor/sidebar/tree-notes';
import { account, buildingOf, companyKey, now, takeIn } from './building-model';
import { english } from './words';

describe('what stands above the tree', () => {
  const notes = (building: Building, rows: number, isFiltered: boolean, state: FeedState = 'answering') =>
    treeNotes(building, state, { rows, isFiltered }, english);
  const withCompanies = (): Building => {
    const building = buildingOf();
    const list = ['c1', 'c2', 'c3', 'c4'].map((id) => ({ id, name: id }));
    building.setAccounts([{ ...account, companies: { state: 'ok', list } }], now, now);
    return building;
  };

  it('is nothing as long as there is a tree and nobody searches', () => {
    assert.deepEqual(notes(withCompanies(), 4, false), []);
  });

  it('says why there is no tree', () => {
    const states: readonly (readonly [FeedState, RegExp])[] = [
      ['not permitted', /ochno-config\.read/],
      ['silent', /\S/],
      ['asking', /^places\.loading$/],
      ['waiting for a deploy', /^places\.loading$/],
      ['answering', /No account is deployed/],
    ];
    for (const [state, said] of states) assert.match(notes(new Building(), 0, false, state).join(), said);
  });

  it('says that a company could not be read again, until it can', () => {
    const building = buildingOf();
    const failure = { code: 'OCHNO_HTTP', message: 'The platform answered 500' };
    building.startReading(companyKey);
    building.setCompany(companyKey, { state: 'failed', failure }, now);
    assert.match(
      notes(building, 4, false).join(),
      /^Goople could not be read again and is shown as it was\. .*answered 500$/,
    );
    assert.equal([...building.ports()].length, 4);
    building.startReading(companyKey);
    takeIn(building);
    assert.deepEqual(notes(building, 4, false), []);
  });

  it('says of a search which companies it leaves out: those nobody opened, apart from those that could not be read', () => {
    const building = withCompanies();
    const refused = { account: 'acc', company: 'c2' };
    const unopened = (count: number) => `Companies that are not searched, since they were not opened: ${count}.`;
    assert.deepEqual(notes(building, 4, true), [unopened(3)]);
    building.startReading(refused);
    assert.deepEqual(notes(building, 4, true).slice(1), [unopened(2)]);
    building.setCompany(refused, { state: 'failed', failure: { code: 'OCHNO_HTTP', message: '403' } }, now);
    assert.deepEqual(notes(building, 0, true), [
      'places.nothing-found',
      unopened(2),
      'Companies that are not searched, since their lists could not be read: 1.',
    ]);
  });
});
