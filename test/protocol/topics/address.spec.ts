import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  actionTopic,
  type PortAddress,
  type PortSelector,
  parsePortTopic,
  portTopic,
  selects,
} from '../../../src/protocol/topics/address';
import { checkId, parseIdList, readId } from '../../../src/protocol/topics/ids';
import { ochnoError } from '../../support/ochno-errors';

const address: PortAddress = { company: 'r2d2i5b43', location: 'loc1', hub: 'hub1', port: 'port1' };

/** What the contract says of ids, in other words than the code's. */
function mayBeId(text: string): boolean {
  const characters = [...text];
  return (
    text.length > 0 &&
    !characters.some((character) => '/+#,\0'.includes(character)) &&
    text.trimStart() === text &&
    text.trimEnd() === text &&
    Buffer.from(text, 'utf8').toString('utf8') === text
  );
}

const character = fc.constantFrom('a', 'B', '7', '-', '_', ':', '.', 'å', '漢', '🙂', ' ', '$', '"', '\\', '{');
const id = fc.string({ unit: character, minLength: 1, maxLength: 6 }).filter(mayBeId);
const anyAddress = fc.record({ company: id, location: id, hub: id, port: id }, { noNullPrototype: true });

describe('an id', () => {
  for (const good of ['a11iNc3p0', 'loc 1', 'å', '🙂', '$x', 'a:b', '-', '0', '__proto__', '$(NAME)']) {
    it(`may be ${JSON.stringify(good)}`, () => {
      assert.equal(checkId('hub', good), good);
    });
  }

  const bad: [id: string, why: RegExp][] = [
    ['', /empty/],
    [' a', /white space/],
    ['a\n', /white space/],
    ['a\u00a0', /white space/],
    ['a/b', /holds one of/],
    ['+', /holds one of/],
    ['a#', /holds one of/],
    ['a,b', /holds one of/],
    ['a\0b', /holds one of/],
    ['a\ud800', /Unicode/],
  ];
  for (const [text, why] of bad) {
    it(`can't be ${JSON.stringify(text)}, and the message names field and reason`, () => {
      assert.throws(() => checkId('hub', text), ochnoError('OCHNO_VALUE', /The hub id/));
      assert.throws(() => checkId('hub', text), ochnoError('OCHNO_VALUE', why));
    });
  }

  it('is taken or refused as the contract says, whatever it is', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string(), id), (text) => {
        if (mayBeId(text)) assert.equal(checkId('port', text), text);
        else assert.throws(() => checkId('port', text), ochnoError('OCHNO_VALUE', /port/));
      }),
      { numRuns: 2000 },
    );
  });
});

describe('an id as it is given', () => {
  it('D2: loses the white space around it, and a number becomes its digits', () => {
    assert.equal(readId('hub', 'hub1 '), 'hub1');
    assert.equal(readId('hub', '\thub 1\n'), 'hub 1');
    assert.equal(readId('port', 17), '17');
  });

  for (const given of [undefined, null, true, {}, ['a'], Number.NaN, '  ']) {
    it(`is refused for ${JSON.stringify(given)}`, () => {
      assert.throws(() => readId('hub', given), ochnoError('OCHNO_VALUE', /hub/));
    });
  }
});

describe('a list of ids', () => {
  for (const text of ['', ' ', '+', ' + ']) {
    it(`is any for ${JSON.stringify(text)}`, () => {
      assert.equal(parseIdList('hub', text), undefined);
    });
  }

  it('holds one id, or several without repetition and the white space around them', () => {
    assert.deepEqual(parseIdList('hub', 'a'), ['a']);
    assert.deepEqual(parseIdList('hub', ' a , b c,a'), ['a', 'b c']);
  });

  for (const text of [',', 'a,', ',a', 'a,,b', '+,a', 'a,#', 'a/b']) {
    it(`is refused for ${JSON.stringify(text)}`, () => {
      assert.throws(() => parseIdList('hub', text), ochnoError('OCHNO_VALUE', /hub/));
    });
  }

  it('gives back the ids it was made of', () => {
    fc.assert(
      fc.property(fc.uniqueArray(id, { minLength: 1 }), (ids) => {
        assert.deepEqual(parseIdList('port', ids.join(', ')), ids);
      }),
    );
  });
});

describe('the topics of an address', () => {
  it('are those the platform documents', () => {
    assert.equal(portTopic(address), '/ports/r2d2i5b43/loc1/hub1/port1');
    assert.equal(actionTopic(address), '/action/r2d2i5b43/loc1/hub1/port1');
  });

  for (const field of ['company', 'location', 'hub', 'port'] as const) {
    for (const bad of ['', 'a/b', '+', ' x']) {
      it(`are refused if the ${field} is ${JSON.stringify(bad)}`, () => {
        const wrong = { ...address, [field]: bad };
        assert.throws(() => actionTopic(wrong), ochnoError('OCHNO_VALUE', new RegExp(`The ${field} id`)));
        assert.throws(() => portTopic(wrong), ochnoError('OCHNO_VALUE', new RegExp(`The ${field} id`)));
      });
    }
  }

  it('may have 256 bytes of UTF-8, and no more', () => {
    const rest = Buffer.byteLength(actionTopic({ ...address, port: 'x' })) - 1;
    const longest = { ...address, port: 'å'.repeat((256 - rest) / 2) + 'x'.repeat(rest % 2) };
    assert.equal(Buffer.byteLength(actionTopic(longest)), 256);
    const tooLong = { ...longest, port: `${longest.port}y` };
    assert.throws(() => actionTopic(tooLong), ochnoError('OCHNO_VALUE', /257 bytes.*256/));
    assert.equal(Buffer.byteLength(portTopic(tooLong)), 256);
  });

  it('lead back to the address', () => {
    fc.assert(
      fc.property(anyAddress, (any) => {
        assert.deepEqual(parsePortTopic(portTopic(any)), any);
      }),
    );
  });
});

describe('a topic', () => {
  for (const topic of [
    '',
    '/',
    '/ports',
    '/ports/c/l/h',
    '/ports/c/l/h/p/x',
    '/ports/c/l/h/p/',
    '/ports/c//h/p',
    '/ports//l/h/p',
    '/ports/c/l/h/',
    'ports/c/l/h/p',
    '/Ports/c/l/h/p',
    '/action/c/l/h/p',
    '//ports/c/l/h/p',
    'x/ports/c/l/h/p',
    '/ports/c/l/+/p',
    '/ports/c/l/h/#',
    '/ports/c/l/h/p\0',
    '/ports/'.repeat(50_000),
  ]) {
    it(`is not a port’s if it is ${JSON.stringify(topic.slice(0, 30))}`, () => {
      assert.equal(parsePortTopic(topic), undefined);
    });
  }

  it("may hold ids that this package would not send to, since they are the platform's own", () => {
    assert.deepEqual(parsePortTopic('/ports/c/l, m/ h/p'), { company: 'c', location: 'l, m', hub: ' h', port: 'p' });
  });
});

describe('a selector', () => {
  const cases: [selector: PortSelector, isSelected: boolean][] = [
    [{ company: 'r2d2i5b43' }, true],
    [{ company: 'other' }, false],
    [{ company: 'r2d2i5b43', locations: ['loc1'] }, true],
    [{ company: 'r2d2i5b43', locations: ['loc2', 'loc1'], ports: ['port1'] }, true],
    [{ company: 'r2d2i5b43', locations: ['loc2'] }, false],
    [{ company: 'r2d2i5b43', hubs: ['hub2'] }, false],
    [{ company: 'r2d2i5b43', ports: ['port2'] }, false],
    [{ company: 'r2d2i5b43', ports: [] }, false],
    [{ company: 'r2d2i5b43', hubs: ['hub1'], ports: undefined }, true],
  ];
  for (const [selector, isSelected] of cases) {
    it(`${JSON.stringify(selector)} ${isSelected ? 'selects' : 'does not select'} the port`, () => {
      assert.equal(selects(selector, address), isSelected);
    });
  }
});
