import assert from 'node:assert/strict';
import fc from 'fast-check';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { readStreamCredentials } from '../../../src/protocol/stream/stream-credentials';
import { failureOf, ochnoError } from '../../support/ochno-errors';

const nowMs = Date.UTC(2025, 0, 15, 12, 0, 0);
const hour = 3_600_000;
const answer = {
  accessKeyId: 'ASIAEXAMPLE',
  secretKey: 'wJalrXUtnFEMI/K7MDENG',
  sessionToken: 'FwoGZXIvYXdzEBY==',
  expiration: '2025-01-15T13:00:00Z',
  region: 'eu-west-1',
  host: 'abc-ats.iot.eu-west-1.amazonaws.com',
};

function without(field: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(answer).filter(([name]) => name !== field));
}

describe('stream credentials', () => {
  it('are read as documented', () => {
    assert.deepEqual(readStreamCredentials(answer, { nowMs, serverHost: 'localhost' }), {
      credentials: {
        accessKeyId: answer.accessKeyId,
        secretKey: answer.secretKey,
        sessionToken: answer.sessionToken,
        region: 'eu-west-1',
        host: answer.host,
        protocol: 'wss',
      },
      lifeMs: hour,
    });
  });

  it('may carry client id, protocol and port, and anything else, which is left out', () => {
    const more = { ...answer, clientId: 'pinned-ö', protocol: 'wss', port: 8443, companyId: 'x' };
    const { credentials } = readStreamCredentials(more, { nowMs, serverHost: 'localhost' });
    assert.equal(credentials.clientId, 'pinned-ö');
    assert.equal(credentials.port, 8443);
    assert.equal('companyId' in credentials, false);
  });

  const endpoints: [fields: object, host: string, port: number | undefined, protocol: string][] = [
    [{ host: '127.0.0.1:1234' }, '127.0.0.1', 1234, 'wss'],
    [{ host: '127.0.0.1:1234', protocol: 'ws' }, '127.0.0.1', 1234, 'ws'],
    [{ host: 'localhost', port: '1234', protocol: 'ws' }, 'localhost', 1234, 'ws'],
    [{ host: '[::1]:1234', protocol: 'ws' }, '[::1]', 1234, 'ws'],
    [{ host: 'localhost:1', port: 2 }, 'localhost', 2, 'wss'],
    [{ protocol: null, clientId: null, port: null }, answer.host, undefined, 'wss'],
  ];
  for (const [fields, host, port, protocol] of endpoints) {
    it(`with ${JSON.stringify(fields)} lead to ${protocol}, ${host}, ${port ?? 'no port'}`, () => {
      const { credentials } = readStreamCredentials({ ...answer, ...fields }, { nowMs, serverHost: 'localhost' });
      assert.deepEqual([credentials.host, credentials.port, credentials.protocol], [host, port, protocol]);
    });
  }

  const lives: [expiration: unknown, lifeMs: number][] = [
    ['2025-01-15T13:00:00', hour],
    ['2025-01-15T14:00:00+01:00', hour],
    [nowMs + hour, hour],
    [(nowMs + hour) / 1000, hour],
    [String(nowMs + hour), hour],
    [String((nowMs + hour) / 1000), hour],
    [undefined, 50 * 60_000],
    [null, 50 * 60_000],
    ['2025-01-16T01:00:00Z', 12 * hour],
    ['2125-01-16T01:00:00Z', 12 * hour],
    [nowMs + 1, 1],
  ];
  for (const [expiration, lifeMs] of lives) {
    it(`with expiration ${String(expiration)} live ${lifeMs / 60_000} minutes`, () => {
      assert.equal(readStreamCredentials({ ...answer, expiration }, { nowMs, serverHost: 'localhost' }).lifeMs, lifeMs);
    });
  }

  it("count their life from the platform's clock where ours is off by more than a minute", () => {
    for (const [dateMs, lifeMs] of [
      [nowMs - 12 * 60_000, 72 * 60_000],
      [nowMs + 12 * 60_000, 48 * 60_000],
      [nowMs + 30_000, hour],
    ] as const) {
      assert.equal(readStreamCredentials(answer, { nowMs, dateMs, serverHost: 'localhost' }).lifeMs, lifeMs);
    }
  });

  it('that have expired are refused, but may be good at the next try', () => {
    for (const expiration of ['2025-01-15T11:59:59Z', nowMs, 0]) {
      assert.throws(
        () => readStreamCredentials({ ...answer, expiration }, { nowMs, serverHost: 'localhost' }),
        (error: unknown) =>
          ochnoError('OCHNO_VALUE', /expiration has passed/)(error) && error instanceof OchnoError && error.retryable,
      );
    }
  });

  for (const body of [undefined, null, '', '<html>', [], 5]) {
    it(`are refused as a whole when the answer is ${JSON.stringify(body) ?? 'nothing'}`, () => {
      assert.throws(
        () => readStreamCredentials(body, { nowMs, serverHost: 'localhost' }),
        ochnoError('OCHNO_VALUE', /not a JSON object/),
      );
    });
  }

  it('D7: tell a dialog which of them is at fault, since no field of the account is', async () => {
    const { problem } = await failureOf(() =>
      readStreamCredentials(without('host'), { nowMs, serverHost: 'localhost' }),
    );
    assert.deepEqual(problem, { key: 'stream-credentials', values: { name: 'host' } });
  });

  for (const field of ['accessKeyId', 'secretKey', 'sessionToken', 'region', 'host']) {
    it(`are refused without a good ${field}, which is named and not shown`, () => {
      const names = ochnoError('OCHNO_VALUE', new RegExp(`: ${field} `));
      assert.throws(() => readStreamCredentials(without(field), { nowMs, serverHost: 'localhost' }), names);
      for (const wrong of [null, '', 5, {}, ['a'], 'wrong value\n', 'wrongö', ' wrong', 'x'.repeat(9000)]) {
        assert.throws(
          () => readStreamCredentials({ ...answer, [field]: wrong }, { nowMs, serverHost: 'localhost' }),
          (error: Error) => names(error) && !JSON.stringify([error, error.message]).includes('wrong'),
        );
      }
    });
  }

  const bad: [fields: object, says: RegExp][] = [
    [{ host: 'https://abc.example' }, /host/],
    [{ host: 'abc.example/mqtt' }, /host/],
    [{ host: 'abc.example:443' }, /host holds a port/],
    [{ host: 'user@abc.example' }, /host/],
    [{ host: 'abc.example?x' }, /host/],
    [{ host: 'abc..example' }, /host/],
    [{ host: '-abc.example' }, /host/],
    [{ host: '127.0.0.1:99999' }, /port/],
    [{ host: '127.0.0.1.evil.example:443' }, /host/],
    [{ host: '[fe80::1]' }, /host/],
    [{ port: 0 }, /port/],
    [{ port: 65_536 }, /port/],
    [{ port: 1.5 }, /port/],
    [{ port: '443/x' }, /port/],
    [{ port: {} }, /port/],
    [{ region: 'moon' }, /region/],
    [{ region: 'eu-west-1.evil' }, /region/],
    [{ region: 'EU-WEST-1' }, /region/],
    [{ protocol: 'ws' }, /protocol is ws/],
    [{ protocol: 'ws', host: 'localhost.evil.example' }, /protocol is ws/],
    [{ protocol: 'mqtts' }, /protocol/],
    [{ protocol: '' }, /protocol/],
    [{ protocol: 5 }, /protocol/],
    [{ clientId: '' }, /clientId/],
    [{ clientId: 'x'.repeat(129) }, /clientId/],
    [{ clientId: 'ö'.repeat(65) }, /clientId/],
    [{ clientId: 'a\u0000b' }, /clientId/],
    [{ clientId: 'a\nb' }, /clientId/],
    [{ clientId: '\ud800' }, /clientId/],
    [{ clientId: 5 }, /clientId/],
    [{ expiration: '' }, /expiration/],
    [{ expiration: 'in an hour' }, /expiration/],
    [{ expiration: {} }, /expiration/],
    [{ expiration: -5 }, /expiration/],
    [{ expiration: true }, /expiration/],
  ];
  for (const [fields, says] of bad) {
    it(`are refused with ${JSON.stringify(fields).slice(0, 60)}`, () => {
      assert.throws(
        () => readStreamCredentials({ ...answer, ...fields }, { nowMs, serverHost: 'localhost' }),
        ochnoError('OCHNO_VALUE', says),
      );
    });
  }

  it('take nothing from a prototype', () => {
    assert.throws(
      () => readStreamCredentials(JSON.parse('{"__proto__":{"host":"x"}}'), { nowMs, serverHost: 'localhost' }),
      ochnoError('OCHNO_VALUE'),
    );
  });

  it('of any shape are read or refused with OCHNO_VALUE', () => {
    const fields = fc.record(
      Object.fromEntries(
        [...Object.keys(answer), 'port', 'protocol', 'clientId'].map((name) => [
          name,
          fc.oneof(fc.jsonValue(), fc.constant(Reflect.get(answer, name))),
        ]),
      ),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fields, (body) => {
        try {
          const { credentials, lifeMs } = readStreamCredentials(body, { nowMs, serverHost: 'localhost' });
          assert.ok(lifeMs > 0 && lifeMs <= 12 * hour);
          assert.match(credentials.host, /^[\w.[\]:-]+$/);
        } catch (error) {
          assert.ok(error instanceof OchnoError && error.code === 'OCHNO_VALUE', String(error));
        }
      }),
    );
  });

  const localHosts = ['169.254.169.254', '10.0.0.1', '2130706433', 'metadata.google.internal', 'localhost:8080'];
  for (const host of localHosts) {
    it(`E4: lead to ${host} only if the account's server is in a local network too`, () => {
      const read = (serverHost: string) => readStreamCredentials({ ...answer, host }, { nowMs, serverHost });
      assert.throws(() => read('operated.ochno.com'), ochnoError('OCHNO_VALUE', /host lies in a private network/));
      assert.equal(read('192.168.1.10').credentials.host, host.replace(':8080', ''));
    });
  }
});
