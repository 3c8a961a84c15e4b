import assert from 'node:assert/strict';
import { JointLog } from '../../../src/client/lanes/joint-log';
import { StreamLog } from '../../../src/client/stream/stream-log';
import { FakeClock } from '../../support/fake-clock';
import { LogLines } from '../../support/log-lines';

const stream = 'the stream of company goople';
const lost = `${stream} was lost: the broker closed the connection; connecting again`;
const skew = "this computer's clock is 7 minutes behind the stream's";

describe('the log of several connections', () => {
  let clock: FakeClock;
  let log: LogLines;
  let lanes: { stream: { isOpen: boolean } }[];
  let joint: JointLog;

  const connection = (lane: number): ReturnType<JointLog['of']> => joint.of(lane, () => false);

  beforeEach(() => {
    clock = new FakeClock();
    log = new LogLines();
    lanes = [0, 1, 2].map(() => ({ stream: { isOpen: false } }));
    joint = new JointLog({ company: 'goople', clock, log, lanes: () => lanes });
  });

  it('has one line for what happens to all of them, with how many there are then', async () => {
    for (const lane of lanes) lane.stream.isOpen = true;
    for (const lane of lanes) {
      lane.stream.isOpen = false;
      connection(lanes.indexOf(lane)).warn(lost);
    }
    for (const lane of lanes) lane.stream.isOpen = true;
    assert.deepEqual(log.at('warn'), []);
    await clock.advance(1_000);
    assert.deepEqual(log.at('warn'), [`${lost} (connections open: 0 of 3)`]);
  });

  it('says nothing of connections that came and went within the second', async () => {
    connection(0).warn(lost);
    await clock.advance(1_000);
    for (const lane of lanes) lane.stream.isOpen = true;
    for (const lane of lanes) {
      lane.stream.isOpen = false;
      connection(lanes.indexOf(lane)).warn(lost);
    }
    await clock.advance(1_000);
    assert.deepEqual(log.at('warn'), [`${lost} (connections open: 0 of 3)`]);
    connection(0).info(`${stream} is connected`);
    await clock.advance(1_000);
    lanes[0] = { stream: { isOpen: true } };
    connection(1).info(`${stream} is connected`);
    lanes[0] = { stream: { isOpen: false } };
    connection(0).warn(lost);
    await clock.advance(1_000);
    assert.equal(log.at('warn').length, 2, 'what was connected for a while is');
  });

  it('says no second time that all were lost, if one came and went within the second before it came for good', async () => {
    const back = `${stream} is connected`;
    connection(0).warn(lost);
    await clock.advance(1_000);
    connection(1).warn(`${stream} can't be reached: no route; trying again until it can`);
    await clock.advance(1_000);
    for (const isOpen of [true, false, true]) {
      lanes[0] = { stream: { isOpen } };
      if (isOpen) connection(0).info(back);
      else connection(0).warn(lost);
    }
    await clock.advance(1_000);
    assert.equal(log.at('warn').length, 2);
    assert.deepEqual(log.at('info'), [`${back} (connections open: 1 of 3)`]);
  });

  it('has its lines in the order of what happened last', async () => {
    const back = `${stream} is connected`;
    lanes[0] = { stream: { isOpen: true } };
    connection(1).warn(lost);
    lanes[1] = { stream: { isOpen: true } };
    connection(1).info(back);
    lanes[1] = { stream: { isOpen: false } };
    connection(1).warn(lost);
    await clock.advance(1_000);
    assert.deepEqual(
      log.lines.map(({ message }) => message),
      [`${back} (connections open: 2 of 3)`, `${lost} (connections open: 1 of 3)`],
    );
  });

  it('has a line for each where they are lost one after another', async () => {
    for (const lane of lanes) lane.stream.isOpen = true;
    for (const lane of lanes) {
      lane.stream.isOpen = false;
      connection(lanes.indexOf(lane)).warn(lost);
      await clock.advance(5_000);
    }
    assert.deepEqual(
      log.at('warn'),
      [2, 1, 0].map((open) => `${lost} (connections open: ${open} of 3)`),
    );
  });

  it('says what another connection has said only when another number is open', async () => {
    lanes[0] = { stream: { isOpen: true } };
    connection(1).warn(lost);
    await clock.advance(5_000);
    connection(2).warn(lost);
    await clock.advance(5_000);
    assert.deepEqual(log.at('warn'), [`${lost} (connections open: 1 of 3)`]);
    connection(1).info(`${stream} is connected`);
    lanes[1] = { stream: { isOpen: true } };
    connection(2).warn(lost);
    await clock.advance(5_000);
    assert.equal(log.at('warn').at(-1), `${lost} (connections open: 2 of 3)`);
  });

  it('says once what is true of the account or the computer, whichever connection finds it out, and when', async () => {
    connection(1).warn(skew);
    await clock.advance(60_000);
    connection(2).warn(skew);
    await clock.advance(60_000);
    assert.deepEqual(log.at('warn'), [skew]);
    connection(1).warn(skew);
    await clock.advance(1_000);
    assert.equal(log.at('warn').length, 2, 'it was otherwise in between');
    await clock.advance(700_000);
    connection(2).warn(skew);
    await clock.advance(1_000);
    assert.equal(log.at('warn').length, 3, 'that was long ago');
  });

  it('says once in ten minutes that more comes than is passed on, on however many connections', async () => {
    for (const lines of [1, 2]) {
      for (const lane of [0, 1, 2]) {
        new StreamLog(connection(lane), 'goople', true).rateExceeded();
        await clock.advance(11_000);
      }
      assert.equal(log.at('warn').length, lines);
      await clock.advance(600_000);
    }
  });

  it('keeps a connection quiet that is only being tried, and says the rest at once when it is closed', async () => {
    joint.of(1, () => true).warn(lost);
    connection(0).info(`${stream} is connected`);
    joint.flush();
    await clock.advance(10_000);
    assert.deepEqual(log.at('warn'), []);
    assert.deepEqual(log.at('info'), [`${stream} is connected (connections open: 0 of 3)`]);
  });
});
