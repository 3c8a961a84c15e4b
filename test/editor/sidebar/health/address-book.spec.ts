import assert from 'node:assert/strict';
import { addressBook } from '../../../../nodes/editor/sidebar/health/address-book';
import { buildingOf, content, portEntry } from '../building-model';

describe('the address book', () => {
  const csvOf = (...ports: Parameters<typeof buildingOf>): string => {
    const csv = addressBook(buildingOf(...ports));
    assert.ok(csv);
    return csv;
  };
  const linesOf = (csv: string): readonly string[] =>
    csv
      .replace(/^\ufeff/, '')
      .trimEnd()
      .split('\r\n');

  it('has every port with its names, ids and topic', () => {
    const [head, first] = linesOf(csvOf());
    const columns = 'company,companyId,location,locationId,floorPlan,hub,hubId,port,portId,kind,device,topic';
    assert.equal(head, columns);
    assert.equal(first, 'Goople,c1,Head office,l1,Floor 1,Desk 1,h1,Desk 1 · Lamp,p1,lamp,,/ports/c1/l1/h1/p1');
    assert.equal(linesOf(csvOf()).length, 1 + content.ports.length);
  });

  it('is none as long as no port was read', () => {
    assert.equal(addressBook(buildingOf([])), undefined);
  });

  it('begins with the mark by which a spreadsheet knows UTF-8', () => {
    assert.equal(csvOf().codePointAt(0), 0xfeff);
  });

  it('quotes what CSV would take for its own, and lets no name be a formula', () => {
    const names: Readonly<Record<string, string>> = {
      'a "b", c': '"a ""b"", c"',
      'two\nlines': '"two\nlines"',
      '=HYPERLINK("http://x","y")': `"'=HYPERLINK(""http://x"",""y"")"`,
      '+1': `"'+1"`,
      '-1': `"'-1"`,
      '@SUM(A1)': `"'@SUM(A1)"`,
      ' =1': `"' =1"`,
      '\t=1': `"'\t=1"`,
      '|calc': `"'|calc"`,
      'Desk = 1': 'Desk = 1',
    };
    for (const [name, cell] of Object.entries(names)) {
      const csv = csvOf([portEntry('p1', undefined, { name })]);
      assert.ok(csv.includes(`,h1,${cell},p1,`), `${name}: ${csv}`);
    }
  });
});
