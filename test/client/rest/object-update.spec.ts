import assert from 'node:assert/strict';
import { type ObjectChange, ObjectUpdater } from '../../../src/client/rest/object-update';
import type { Requester, RestRequest, RestResponse } from '../../../src/client/rest/rest-request';
import { systemClock } from '../../../src/client/time/clock';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { Opened } from '../../support/closing';
import { FakeClock } from '../../support/fake-clock';
import { failureOf, ochnoError } from '../../support/ochno-errors';
import { pass, startRestAccount } from '../../support/rest-account';

const opened = new Opened();

describe('the update of an object', () => {
  afterEach(() => opened.close());

  interface Stored {
    name: string;
    site?: string | undefined;
    tag: number;
  }

  /** One object behind a REST client of one request at a time, with ETags of the given kind. */
  function store(
    tags: 'strong' | 'weak' | 'none',
    onRead: (object: Stored) => void = () => undefined,
  ): { rest: { request(request: RestRequest): Promise<RestResponse> }; object: Stored; lines: string[] } {
    const object: Stored = { name: 'old', site: 'kept', tag: 1 };
    const lines: string[] = [];
    const etag = (): string => `${tags === 'weak' ? 'W/' : ''}"${object.tag}"`;
    const request = async ({ method, path, body, ifMatch }: RestRequest): Promise<RestResponse> => {
      lines.push(ifMatch === undefined ? method : `${method} ${ifMatch}`);
      await Promise.resolve();
      const { tag: _, ...present } = object;
      if (method === 'GET') {
        const read = { statusCode: 200, headers: tags === 'none' ? {} : { etag: etag() }, body: present, method, path };
        onRead(object);
        return read;
      }
      const isKnown = ifMatch?.split(', ').some((tag) => tag === etag() && !tag.startsWith('W/'));
      if (isKnown === false) {
        throw new OchnoError('OCHNO_HTTP', 'changed', { statusCode: 412 });
      }
      const written = JSON.parse(String(body));
      for (const key of Object.keys(object)) if (key !== 'tag') Reflect.deleteProperty(object, key);
      Object.assign(object, written, { tag: object.tag + 1 });
      return { statusCode: 200, headers: {}, body: written, method, path };
    };
    return { rest: { request }, object, lines };
  }

  const update = (body: object): ObjectChange => ({ path: '/api/companies/a', body, timeoutMs: 10_000 });
  const updater = (rest: Requester): ObjectUpdater => new ObjectUpdater(rest, { clock: systemClock, random: () => 0 });

  it('reads, merges and puts the whole back', async () => {
    const { rest, object, lines } = store('none');
    const response = await updater(rest).update(update({ name: 'new', more: { a: 1, b: null } }));
    assert.deepEqual(object, { name: 'new', site: 'kept', more: { a: 1 }, tag: 2 });
    assert.deepEqual(
      [response.method, response.path, response.body],
      ['PUT', '/api/companies/a', { name: 'new', site: 'kept', more: { a: 1 } }],
    );
    assert.deepEqual(lines, ['GET', 'PUT']);
  });

  it('says which version it changes if the platform gives ETags', async () => {
    const { rest, lines } = store('strong');
    await updater(rest).update(update({ name: 'new' }));
    assert.deepEqual(lines, ['GET', 'PUT "1"']);
  });

  it('merges anew when somebody else was quicker', async () => {
    let interfered = false;
    const { rest, object, lines } = store('strong', (stored) => {
      if (interfered) return;
      interfered = true;
      stored.site = 'theirs';
      stored.tag = 7;
    });
    await updater(rest).update(update({ name: 'ours' }));
    assert.deepEqual(object, { name: 'ours', site: 'theirs', tag: 8 });
    assert.deepEqual(lines, ['GET', 'PUT "1"', 'GET', 'PUT "7"']);
  });

  it('loses neither change when two clients update at once', async () => {
    const { rest, object } = store('strong');
    const clients = [updater(rest), updater(rest)];
    await Promise.all([clients[0]?.update(update({ name: 'first' })), clients[1]?.update(update({ site: 'second' }))]);
    assert.deepEqual(object, { name: 'first', site: 'second', tag: 3 });
  });

  it('loses no change through one account, even without ETags', async () => {
    const { rest, object, lines } = store('none');
    const bodies = [{ name: 'first' }, { site: 'second' }, { third: 3 }];
    const one = updater(rest);
    await Promise.all(bodies.map((body) => one.update(update(body))));
    assert.deepEqual(object, { name: 'first', site: 'second', third: 3, tag: 4 });
    assert.deepEqual(lines, ['GET', 'PUT', 'GET', 'PUT', 'GET', 'PUT']);
  });

  it('does without If-Match if the platform refuses its own weak ETags', async () => {
    const { rest, object, lines } = store('weak');
    await updater(rest).update(update({ name: 'new' }));
    assert.equal(object.name, 'new');
    assert.deepEqual(lines, ['GET', 'PUT W/"1", "1"', 'GET', 'PUT']);
  });

  it('gives up with 412 when others never stop', async () => {
    const { rest, lines } = store('strong', (stored) => {
      stored.tag += 1;
      stored.site = `changed ${stored.tag} times`;
    });
    const error = await failureOf(() => updater(rest).update(update({ name: 'new' })));
    assert.deepEqual([error.code, error.statusCode, lines.length], ['OCHNO_HTTP', 412, 16]);
  });

  it('fails as its parts do, and lets the next one go on', async () => {
    let fail = true;
    const { rest, object } = store('none', () => {
      if (!fail) return;
      fail = false;
      throw new OchnoError('OCHNO_HTTP', 'gone', { statusCode: 404, cause: { statusCode: 404 } });
    });
    const client = updater(rest);
    const first = client.update(update({ name: 'first' }));
    const second = client.update(update({ name: 'second' }));
    await assert.rejects(first, ochnoError('OCHNO_HTTP', /gone/));
    await second;
    assert.equal(object.name, 'second');
  });

  it('changes nothing but objects', async () => {
    for (const body of ['text', '', [], null, 5]) {
      const asked: string[] = [];
      const request = async ({ method, path }: RestRequest): Promise<RestResponse> => {
        asked.push(method);
        return { statusCode: 200, headers: {}, body, method, path };
      };
      await assert.rejects(updater({ request }).update(update({ name: 'new' })), ochnoError('OCHNO_HTTP', /no object/));
      assert.deepEqual(asked, ['GET']);
    }
  });

  it('ends at its deadline, and when it is given up, waiting for its turn too', async () => {
    const clock = new FakeClock();
    const rest = { request: (): Promise<RestResponse> => new Promise(() => undefined) };
    const client = new ObjectUpdater(rest, { clock, random: () => 0 });
    const stop = new AbortController();
    void client.update({ ...update({ name: 'a' }), timeoutMs: 1e9 });
    const late = failureOf(() => client.update({ ...update({ name: 'b' }), timeoutMs: 1000 }));
    const stopped = failureOf(() => client.update({ ...update({ name: 'c' }), signal: stop.signal }));
    await clock.advance(1000);
    stop.abort();
    assert.deepEqual([(await late).code, (await stopped).code], ['OCHNO_TIMEOUT', 'OCHNO_CLOSED']);
  });

  /** What compresses on the way gives an answer another tag. */
  const rewriting = (rest: Requester, rewrite: (tag: string) => string): Requester => ({
    request: async (request) => {
      const response = await rest.request(request);
      const { etag } = response.headers;
      return typeof etag === 'string' ? { ...response, headers: { etag: rewrite(etag) } } : response;
    },
  });

  it('C3: writes if the server does not know its own tag again, after two equal reads', async () => {
    const { rest, object, lines } = store('strong');
    await updater(rewriting(rest, () => `"${Math.random()}"`)).update(update({ name: 'new' }));
    assert.deepEqual([object.name, lines.length, lines.at(-1)], ['new', 4, 'PUT']);
  });

  for (const suffix of ['-gzip', ';gzip', '--gzip', '-br', '']) {
    it(`C3: knows the server's tag ${suffix === '' ? 'made weak' : `with ${suffix}`}, and still sees what others change`, async () => {
      let reads = 0;
      const { rest, object, lines } = store('strong', (stored) => {
        stored.site = `seen ${reads++} times`;
        if (reads === 1) stored.tag = 2;
      });
      const rewrite = (tag: string): string => `${suffix === '' ? 'W/' : ''}${tag.slice(0, -1)}${suffix}"`;
      await updater(rewriting(rest, rewrite)).update(update({ name: 'new' }));
      assert.deepEqual([object.name, object.site, lines.length], ['new', 'seen 0 times', 4]);
      assert.match(lines.at(-1) ?? '', /^PUT .*, "2"$/);
    });
  }

  it('C1: puts back every digit of the numbers it does not change, over the real client', async () => {
    const object = '{"name":"old","hwId":1152921504606846977,"data":{"serial":[123456789012345678901,0.10]}}';
    const { rest, server } = await startRestAccount(opened, () => ({
      body: object,
      headers: { 'content-type': 'application/json' },
    }));
    await updater(rest).update(update({ name: 'new' }));
    assert.equal(
      server.seen.at(-1)?.body,
      '{"name":"new","hwId":1152921504606846977,"data":{"serial":[123456789012345678901,0.1]}}',
    );
  });

  describe('a replacement', () => {
    const replacement = { path: '/api/hubs/a', body: { name: 'ours' }, timeoutMs: 15_000 };

    /** An object whose first replacement is not answered, after `meanwhile`; the statuses are those of reads in turn. */
    async function losing(meanwhile: (body: string) => unknown, statuses: readonly number[] = []) {
      let object: unknown = { name: 'old' };
      let [reads, puts] = [0, 0];
      const account = await startRestAccount(opened, ({ method, body }, response) => {
        if (method === 'GET') return { status: statuses[reads++] ?? 200, body: object };
        puts += 1;
        if (puts > 1) object = JSON.parse(body);
        else object = meanwhile(body) ?? object;
        if (puts > 1) return { body: object };
        response.destroy();
        return undefined;
      });
      const resources = new ObjectUpdater(account.rest, { clock: account.clock, random: () => 0 });
      const done = pass(account.clock, failureOrBody(resources.replace(replacement)));
      return { done, object: () => object, puts: () => puts };
    }

    const failureOrBody = (response: Promise<RestResponse>): Promise<unknown> =>
      response.then(
        ({ body }) => body,
        (error) => error.code,
      );

    it('C2: whose answer is lost is sent again if nothing was changed', async () => {
      const { done, object, puts } = await losing(() => undefined);
      assert.deepEqual([await done, object(), puts()], [{ name: 'ours' }, { name: 'ours' }, 2]);
    });

    it('C2: whose answer is lost has succeeded if the object is as it was sent', async () => {
      const { done, puts } = await losing((body) => ({ ...JSON.parse(body), stamp: 1 }));
      assert.deepEqual([await done, puts()], [{ name: 'ours', stamp: 1 }, 1]);
    });

    it('C2: overwrites nothing that another wrote meanwhile', async () => {
      const { done, object } = await losing(() => ({ name: 'theirs' }));
      assert.deepEqual([await done, object()], ['OCHNO_TIMEOUT', { name: 'theirs' }]);
    });

    it('is made of what is not there, or can not be read', async () => {
      for (const status of [404, 403]) {
        const { done, object } = await losing(() => undefined, [status, status]);
        assert.deepEqual([await done, object()], [{ name: 'ours' }, { name: 'ours' }]);
      }
    });

    it('waits for the update of the object that is under way', async () => {
      const { rest, object, lines } = store('none');
      const objects = updater(rest);
      await Promise.all([
        objects.update(update({ name: 'first' })),
        objects.replace({ path: '/api/companies/a', body: '{"name":"second"}', timeoutMs: 10_000 }),
      ]);
      assert.deepEqual(object, { name: 'second', tag: 3 });
      assert.deepEqual(lines, ['GET', 'PUT', 'GET', 'PUT']);
    });
  });
});
