import assert from 'node:assert/strict';
import { PlatformLists } from '../../../src/client/lists/platform-lists';
import { silentLogger } from '../../../src/client/logger';
import { OchnoError } from '../../../src/protocol/ochno-error';
import { FakeClock, settle } from '../../support/fake-clock';
import { account, catching, ochnoNode, tab } from '../../support/flow-nodes';
import { hostFlows, loadFlow, type RunningFlow } from '../../support/node-red';
import { FakeAccount } from '../fake-account';

const portIn = ochnoNode('in', 'ochno-port-in', { company: '+', wires: [[]] });

/** An account with a clock that stands still, and companies that come and go. */
class ListingAccount extends FakeAccount {
  readonly clock = new FakeClock();
  readonly warnings: string[] = [];
  /** What the platform answers; an error is thrown. */
  listed: unknown[] | Error = [];
  override readonly lists = new PlatformLists({
    request: (request) => this.request(request),
    clock: this.clock,
    random: () => 0,
    log: { ...silentLogger, warn: (text) => this.warnings.push(text) },
  });
  override answerRequest = async ({ method, path }: { method: string; path: string }) => {
    if (this.listed instanceof Error) throw this.listed;
    return { statusCode: 200, headers: {}, body: this.listed, method, path };
  };
}

describe('ochno-port-in of every company', () => {
  let fake: ListingAccount;
  let running: RunningFlow;

  hostFlows();
  beforeEach(() => {
    fake = new ListingAccount();
  });

  const start = async (): Promise<void> => {
    running = await loadFlow({ flow: [tab, account, portIn, ...catching], open: () => fake });
    await settle();
  };
  const heard = (): string[] => [...fake.subscriptions].map(({ selector }) => selector.company);
  const minutes = async (count: number): Promise<void> => {
    await fake.clock.advance(count * 60_000);
    await settle();
  };

  it('A11: hears a company that comes later within ten minutes, and goes on with the others as they are', async () => {
    fake.listed = [{ id: 'c1' }];
    await start();
    assert.deepEqual(heard(), ['c1']);
    const [first] = fake.subscriptions;
    fake.listed = [{ id: 'c1' }, { id: 'c2' }];
    await minutes(10);
    assert.deepEqual(heard(), ['c1', 'c2']);
    assert.equal([...fake.subscriptions][0], first);
    fake.listed = [{ id: 'c2' }];
    await minutes(10);
    assert.deepEqual(heard(), ['c2']);
  });

  it('A11: hears the good ones of a list with odd ids, numbers as their digits, and names the odd one once', async () => {
    fake.listed = [{ id: 'ACME/West' }, { id: 17 }, { id: ' c1 ' }, {}];
    await start();
    assert.deepEqual(heard(), ['17', 'c1']);
    await minutes(30);
    assert.equal(fake.warnings.length, 1);
    assert.match(fake.warnings[0] ?? '', /ACME\/West/);
  });

  it('A11: says that there is no company, and asks again', async () => {
    await start();
    fake.setStatus({ state: 'connected' });
    await running.shows('in', 'no company');
    assert.match(running.logged('warn').join('\n'), /ochno-port-in: The account lists no company/);
    fake.listed = [{ id: 'c1' }];
    await minutes(2);
    assert.deepEqual(heard(), ['c1']);
    fake.setStatus({ state: 'connected' }, 'c1');
    await running.shows('in', 'connected');
  });

  it('A10: asks again when the account works, after a log-in that was refused', async () => {
    fake.listed = new OchnoError('OCHNO_LOGIN', 'refused');
    await start();
    await running.receives('caught', 1);
    fake.setStatus({ state: 'log-in refused' });
    await running.shows('in', 'log-in refused');
    await minutes(60);
    assert.equal(fake.requests.length, 1);
    fake.listed = [{ id: 'c1' }];
    fake.lists.resume();
    await settle();
    assert.deepEqual(heard(), ['c1']);
    fake.setStatus({ state: 'connected' }, 'c1');
    await running.shows('in', 'connected');
    assert.equal(running.received('caught').length, 1);
  });
});
