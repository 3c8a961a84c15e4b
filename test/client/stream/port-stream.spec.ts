import assert from 'node:assert/strict';
import { PortStream, SessionMemory, type StreamAudience } from '../../../src/client/stream/port-stream';
import type { CredentialSource } from '../../../src/protocol/stream/stream-credentials';
import { company, Stage } from '../../faults/stage';
import { LogLines } from '../../support/log-lines';
import { steadyRandom } from '../../support/steady-random';

describe('the stream of a company', () => {
  const stage = new Stage();
  let plan: readonly string[];

  afterEach(() => stage.close());

  const audience: StreamAudience = {
    get plan() {
      return plan;
    },
    planNow: () => plan,
    replan: () => undefined,
    gap: () => undefined,
    awaitSnapshots: () => undefined,
    subscribed: () => undefined,
    dispatch: () => 1,
    dispatchRetained: () => 1,
    wants: () => true,
  };

  async function open(): Promise<PortStream> {
    const simulator = await stage.platform();
    let source: CredentialSource | undefined;
    const credentials = (one: CredentialSource): CredentialSource => {
      source = one;
      return one;
    };
    stage.stream(simulator, 30, { clock: stage.clock, credentials });
    assert.ok(source);
    const stream = new PortStream({
      ...{ company, streamId: 'another', credentials: source, network: { environment: {} }, keepaliveSeconds: 30 },
      ...{ memory: new SessionMemory(), audience, clock: stage.clock, random: steadyRandom(0), log: new LogLines() },
      ...{ onStatus: () => undefined, onGap: () => undefined },
    });
    stage.opened.add({ close: () => stream.close(false) });
    stream.start();
    await stage.pass(() => stream.isOpen, 'it is there');
    return stream;
  }

  it('has what comes to be wanted in the middle of a renewal in the session that goes on only after that', async () => {
    plan = [`/ports/${company}/loc1/#`];
    const stream = await open();
    plan = [`/ports/${company}/loc1/hub1/#`];
    stream.planChanged();
    await stage.pass(() => stream.status.state === 'connected' && stream.isRenewing, 'a successor is opened');
    plan = [...plan, `/ports/${company}/loc2/#`];
    stream.planChanged();
    let isInSession = false;
    const inSession = stream.settled(true).then(() => {
      isInSession = true;
    });
    await stream.settled();
    await stage.clock.advance(1_000);
    assert.equal(isInSession, false);
    await stage.pass(() => isInSession, 'the overlap is complete');
    await inSession;
  });
});
