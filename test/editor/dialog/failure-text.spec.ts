import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { problemText, wayOut, whatFailed } from '../../../nodes/editor/dialog/failure-text';

const root = join(__dirname, '../../..');

/** The texts that every dialog of a language has. */
function textsOf(language: string) {
  const catalogue: object = JSON.parse(readFileSync(join(root, 'locales', language, 'shared.json'), 'utf8'));
  return (key: string, values: Readonly<Record<string, string | number>> = {}): string => {
    const found = key.split('.').reduce<unknown>((at, part) => Reflect.get(Object(at), part), catalogue);
    if (typeof found !== 'string') return key;
    return found.replace(/__(\w+)__/g, (_, name: string) => String(values[name]));
  };
}

const english = textsOf('en-US');

describe('what a dialog says of a failure', () => {
  it('D9: is in the viewer’s language, by code or reason, with the platform’s own words quoted', () => {
    const refused = { code: 'OCHNO_LOGIN', statusCode: 401, said: 'Unauthorized' };
    assert.equal(whatFailed(refused, english), 'log-in refused (401): the platform says “Unauthorized”');
    assert.equal(whatFailed(refused, textsOf('sv')), 'inloggning nekad (401): plattformen säger ”Unauthorized”');
    assert.equal(whatFailed(refused, textsOf('de')), 'Anmeldung abgelehnt (401): die Plattform sagt „Unauthorized“');
    assert.equal(whatFailed({ code: 'OCHNO_NETWORK', reason: 'dns' }, english), 'server not found');
    assert.equal(whatFailed({ reason: 'OCHNO_TIMEOUT' }, english), 'timeout');
    assert.equal(whatFailed({ code: 'OCHNO_SOMETHING' }, english), 'failed');
  });

  it('D9: gives its advice once: what is wrong says it, or a hint beside', () => {
    const problem = { field: 'server', key: 'server-http' };
    assert.equal(
      whatFailed({ code: 'OCHNO_VALUE', problem }, english),
      'Server: use https:// – http:// is only for this computer (localhost)',
    );
    assert.equal(wayOut({ code: 'OCHNO_VALUE', problem }, english), '');
    assert.match(wayOut({ code: 'OCHNO_LOGIN' }, english), /^Check e-mail and password/);
    assert.match(wayOut({ reason: 'refused' }, english), /server’s address and port/);
    assert.match(wayOut({}, english), /^Try again/);
  });

  it('D9: doubts the address only of a server that does not find fault with the request, nor is broken', () => {
    const way = (statusCode: number): string => wayOut({ code: 'OCHNO_HTTP', statusCode }, english);
    for (const status of [400, 404, 409, 422]) assert.match(way(status), /^Check what is asked for: resource, id/);
    for (const status of [429, 500, 503]) assert.match(way(status), /^Try again in a minute/);
    assert.match(way(200), /Is this the Ochno platform’s address/);
  });

  it('D7: names the field of what is not configured', () => {
    assert.equal(problemText({ field: 'password', key: 'missing' }, english), 'Password: is missing');
    assert.equal(problemText({ field: 'password', key: 'missing' }, textsOf('ja')), 'パスワード: 設定されていません');
    assert.equal(
      problemText({ field: 'company', key: 'company-unknown', values: { company: 'c9' } }, english),
      'Company: this account has no access to “c9”. Choose a company from the list',
    );
  });

  it('has words for a problem that nobody foresaw', () => {
    assert.equal(problemText({ key: 'moon' }, english), 'can’t be used like this');
  });
});
