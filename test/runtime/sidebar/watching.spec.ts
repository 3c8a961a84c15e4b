import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { SharedAccount } from '../../../nodes/runtime/account/shared-account';
import { DeployPhase } from '../../../nodes/runtime/deploy-phase';
import { Watching } from '../../../nodes/runtime/sidebar/watching';
import type { CompanyLine, Told } from '../../../nodes/sidebar-messages';
import { OchnoError } from '../../../src/protocol/ochno-error';
import type { PortEvent } from '../../../src/protocol/stream/port-event';
import { Opened } from '../../support/closing';
import { FakeClock, settle } from '../../support/fake-clock';
import { FakeAccount } from '../fake-account';

const key = { account: 'acc', company: 'r2d2i5b43' };
const look = { looking: true, companies: [key] };
const idle = { looking: true, companies: [] };

const opened = new Opened();

/** A runtime with one deployed account, and all that was told to whom. */
function watch() {
  const clock = new FakeClock();
  const nodes = new Map<string, object>();
  const deploy = (): FakeAccount => {
    const account = opened.add(new FakeAccount('r2d2i5b43'));
    const shared = new SharedAccount('acc');
    shared.attach({ node: { error: () => undefined } as never, open: () => account });
    nodes.set('acc', { id: 'acc', type: 'ochno-config', name: 'Office', shared });
    return account;
  };
  const account = deploy();
  const events = new EventEmitter();
  const RED = {
    events,
    nodes: {
      eachNode: (visit: (node: object) => void) => nodes.forEach(visit),
      getNode: (id: string) => nodes.get(id) ?? null,
    },
  };
  const told: (readonly [string, Told])[] = [];
  const watching = new Watching(
    RED as never,
    new DeployPhase(RED as never, clock),
    (session, what) => told.push([session, what]),
    clock,
  );
  events.on('flows:started', () => watching.refresh());
  const heard = (port: string, level: number): void => {
    const address = { company: key.company, location: 'l', hub: 'h', port };
    const data = { data: { device: { lamp: { level } } } };
    const event: PortEvent = { topic: '', address, data, receivedAt: 0, kind: 'event' };
    for (const { subscriber } of account.subscriptions) subscriber.onEvent(event);
  };
  const of = (kind: Told['kind'], session?: string) =>
    told.filter(([to, what]) => what.kind === kind && (session === undefined || to === session));
  return { clock, account, nodes, events, deploy, watching, told, heard, of };
}

async function kindsOf(lines: AsyncIterable<CompanyLine>): Promise<readonly string[]> {
  const kinds: string[] = [];
  for await (const { line } of lines) kinds.push(line);
  return kinds;
}

describe('what sidebars look at', () => {
  afterEach(() => opened.close());

  it('is nothing while nobody looks, and nothing again afterwards', async () => {
    const { clock, account, watching } = watch();
    await settle();
    assert.deepEqual([account.used, account.requests, account.subscriptions.size], [[], [], 0]);
    watching.look('one', look);
    await clock.advance(2_000);
    assert.equal(account.subscriptions.size, 1);
    watching.leave('one');
    assert.equal(account.subscriptions.size, 0);
    watching.look('one', look);
    watching.leave('one');
    await clock.advance(2_000);
    assert.equal(account.subscriptions.size, 0);
    watching.look('one', look);
    await clock.advance(30_000);
    assert.equal(account.subscriptions.size, 0, 'a look that is not renewed ends');
  });

  it('is told to who looks and to nobody else, four times a second at most', async () => {
    const { clock, watching, heard, of } = watch();
    watching.look('one', look);
    watching.look('two', idle);
    assert.deepEqual(
      of('accounts').map(([session]) => session),
      ['one', 'two'],
    );
    await clock.advance(2_000);
    for (let at = 0; at < 100; at += 1) {
      heard(`p${at % 7}`, at);
      await clock.advance(10);
    }
    assert.ok(of('frames', 'one').length <= 4, `${of('frames', 'one').length} frames in a second`);
    await clock.advance(250);
    const changes = of('frames', 'one').flatMap(([, told]) =>
      told.kind === 'frames' ? told.frames.flatMap((frame) => frame.changes) : [],
    );
    assert.equal(new Set(changes.map(({ port }) => port)).size, 7);
    assert.match(JSON.stringify(changes), /"level":99/);
    assert.deepEqual(of('frames', 'two'), []);
    watching.leave('one');
    watching.leave('two');
  });

  it('has the companies of the account and its connection, as they become known', async () => {
    const { clock, account, watching, of } = watch();
    watching.look('one', idle);
    await settle();
    account.setStatus({ state: 'log-in refused' });
    await clock.advance(250);
    const last = of('accounts').at(-1)?.[1];
    assert.ok(last?.kind === 'accounts');
    const [summary] = last.accounts;
    assert.deepEqual([summary?.name, summary?.defaultCompany], ['Office', 'r2d2i5b43']);
    assert.deepEqual(summary?.connections[0], { company: '', state: 'log-in refused', detail: '' });
    assert.ok(summary?.companies.state === 'ok' && summary.companies.list.length === 2);
    watching.leave('one');
  });

  it('goes over to the account as a deploy leaves it', async () => {
    const { clock, account, nodes, watching, of } = watch();
    watching.look('one', look);
    nodes.delete('acc');
    watching.refresh();
    assert.equal(account.subscriptions.size, 0);
    await clock.advance(250);
    const last = of('accounts').at(-1)?.[1];
    assert.deepEqual(last?.kind === 'accounts' && last.accounts, []);
    assert.deepEqual(await kindsOf(watching.read(key)), ['failed']);
    watching.leave('one');
  });

  it('hears of an account that a deploy replaced at once, and tells what came before', async () => {
    const { clock, account, watching, heard, of, deploy } = watch();
    watching.look('one', look);
    await kindsOf(watching.read(key));
    heard('p1', 20);
    const next = deploy();
    watching.refresh();
    assert.deepEqual([account.subscriptions.size, next.subscriptions.size], [0, 1]);
    await clock.advance(250);
    assert.match(JSON.stringify(of('frames', 'one')), /"level":20/);
    watching.leave('one');
  });

  it('is told and read when the deploy has ended in which it was looked at first, and as it is then', async () => {
    const { clock, nodes, events, deploy, watching, of } = watch();
    events.emit('flows:stopping');
    nodes.clear();
    watching.look('one', look);
    const kinds = kindsOf(watching.read(key));
    await clock.advance(5_000);
    events.emit('flows:starting');
    watching.look('two', look);
    watching.look('one', look);
    await clock.advance(10_000);
    assert.deepEqual([of('accounts'), of('health')], [[], []]);
    assert.deepEqual(
      of('deploy under way').map(([session]) => session),
      ['one', 'two'],
    );
    const account = deploy();
    events.emit('flows:started');
    assert.deepEqual(await kinds, ['layout', 'as of']);
    assert.equal(account.subscriptions.size, 1);
    await clock.advance(2_000);
    for (const session of ['one', 'two']) {
      const lists = of('accounts', session).map(([, told]) => told.kind === 'accounts' && told.accounts.length);
      assert.deepEqual([...new Set(lists)], [1], session);
      assert.ok(of('health', session).length > 0, session);
    }
    watching.leave('one');
    watching.leave('two');
  });

  it('is told as it is after twenty seconds of a deploy that does not end, and again when it does', async () => {
    const { clock, nodes, events, deploy, watching, of } = watch();
    events.emit('flows:stopping');
    nodes.clear();
    watching.look('one', look);
    const kinds = kindsOf(watching.read(key));
    await clock.advance(20_250);
    assert.deepEqual(await kinds, ['failed']);
    const accounts = () => of('accounts').map(([, told]) => told.kind === 'accounts' && told.accounts.length);
    assert.deepEqual(accounts(), [0]);
    deploy();
    events.emit('flows:started');
    await clock.advance(250);
    assert.equal(accounts().at(-1), 1);
    watching.leave('one');
  });

  it('can be read before the look that wants it has come', async () => {
    const { clock, account, watching } = watch();
    assert.deepEqual(await kindsOf(watching.read(key)), ['layout', 'as of']);
    assert.equal(account.subscriptions.size, 1);
    await clock.advance(3_000);
    assert.equal(account.subscriptions.size, 0);
  });

  it('are told what ports are in before the ports were listed, the ports some at a time, and events come after that', async () => {
    const { clock, account, watching } = watch();
    let list: (body: readonly object[]) => void = () => undefined;
    const { answerRequest } = account;
    account.answerRequest = async (request) => {
      if (request.path !== '/api/ports') return answerRequest(request);
      const body = await new Promise<readonly object[]>((resolve) => {
        list = resolve;
      });
      return { ...(await answerRequest(request)), body };
    };
    const lines = watching.read(key);
    const first = await lines.next();
    assert.deepEqual(first.value, { line: 'layout', layout: { locations: [], floorPlans: [], hubs: [] } });
    await clock.advance(10_000);
    assert.equal(account.subscriptions.size, 0, 'a snapshot could be held against nothing yet');
    list(Array.from({ length: 1_000 }, (_, at) => ({ id: `p${at}`, hubId: 'h', locationId: 'l' })));
    assert.deepEqual(await kindsOf(lines), ['as of', 'ports', 'ports', 'ports', 'ports']);
    assert.equal(account.subscriptions.size, 1);
    watching.leave('one');
  });

  it('says that the ports could not be read, also after what they are in was told', async () => {
    const { account, watching } = watch();
    const { answerRequest } = account;
    account.answerRequest = async (request) => {
      if (request.path === '/api/ports') throw new OchnoError('OCHNO_NETWORK', 'the cable');
      return answerRequest(request);
    };
    assert.deepEqual(await kindsOf(watching.read(key)), ['layout', 'failed']);
  });

  it('is not brought down by what an editor sends', () => {
    const { watching } = watch();
    for (const data of [undefined, null, 7, { looking: true, companies: [{ account: 'acc', company: 'a/b' }] }]) {
      watching.look('one', data);
    }
    watching.leave('one');
  });
});
