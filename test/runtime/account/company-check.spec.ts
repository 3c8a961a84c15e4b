import assert from 'node:assert/strict';
import { CompanyCheck } from '../../../nodes/runtime/account/company-check';
import { eventually } from '../../support/eventually';

/** Lists whose answer the test gives. */
function imaginedLists() {
  let known: readonly { id: string; name: string }[] | undefined;
  let asked = 0;
  let answer: (companies: readonly string[] | Error) => void = () => undefined;
  const lists = {
    knownCompanies: () => known,
    companies: async () => {
      asked += 1;
      const companies = await new Promise<readonly string[] | Error>((resolve) => {
        answer = resolve;
      });
      if (companies instanceof Error) throw companies;
      known = companies.map((id) => ({ id, name: id }));
      return known;
    },
  };
  return { lists, asked: () => asked, answer: (companies: readonly string[] | Error) => answer(companies) };
}

describe('which companies an account does not have', () => {
  let nowMs = 0;
  let answers = 0;
  const check = (lists: ConstructorParameters<typeof CompanyCheck>[0]) =>
    new CompanyCheck(
      lists,
      () => nowMs,
      () => {
        answers += 1;
      },
    );
  beforeEach(() => {
    nowMs = 0;
    answers = 0;
  });

  it('is asked when somebody wants to know, and told with the answer', async () => {
    const { lists, asked, answer } = imaginedLists();
    const companies = check(lists);
    assert.equal(asked(), 0);
    assert.equal(companies.isUnknown('elsewhere'), false);
    answer(['here']);
    await eventually(() => answers === 1, 'the answer is told');
    assert.equal(companies.isUnknown('elsewhere'), true);
    assert.equal(companies.isUnknown('here'), false);
    assert.equal(asked(), 1);
  });

  it('is asked again after five minutes', async () => {
    const { lists, asked, answer } = imaginedLists();
    const companies = check(lists);
    companies.isUnknown('new');
    answer([]);
    await eventually(() => companies.isUnknown('new'), 'it is not there yet');
    nowMs = 5 * 60_000;
    companies.isUnknown('new');
    assert.equal(asked(), 2);
    answer(['new']);
    await eventually(() => !companies.isUnknown('new'), 'it is there');
  });

  it('is not known while the list can’t be read: nobody is accused', async () => {
    const { lists, asked, answer } = imaginedLists();
    const companies = check(lists);
    companies.isUnknown('elsewhere');
    answer(new Error('the platform is away'));
    await eventually(() => asked() === 1, 'it was asked');
    assert.equal(companies.isUnknown('elsewhere'), false);
    assert.equal(answers, 0);
  });
});
