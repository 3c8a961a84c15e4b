import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { minutesAndSeconds, Progress } from './progress';

describe('the progress of a long command', () => {
  function output(isTTY: boolean): {
    readonly stream: PassThrough & { isTTY: boolean; columns: number };
    text(): string;
  } {
    const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY, columns: 40 });
    return { stream, text: () => stream.read() ?? '' };
  }

  it('is one line on a terminal, written over each time and gone at the end', () => {
    const { stream, text } = output(true);
    const progress = new Progress('5:00', stream);
    progress.show('0:01', 'a reset');
    progress.show('0:02', 'something that is longer than the line has room for');
    progress.clear();
    const [, first = '', second = '', last] = text().split('\r\u001b[2K');
    assert.equal(first, '0:01 of 5:00 · a reset');
    assert.equal(second.length, 39);
    assert.equal(last, '');
  });

  it('is a line of its own elsewhere, and not too often for the same step', () => {
    const { stream, text } = output(false);
    const progress = new Progress('2 steps', stream);
    progress.show('step 1', 'one');
    progress.show('step 1', 'one still');
    progress.clear();
    assert.equal(text(), 'step 1 of 2 steps · one\n');
  });

  it('tells time in minutes and seconds', () => {
    assert.deepEqual([0, 59.9, 61, 3600].map(minutesAndSeconds), ['0:00', '0:59', '1:01', '60:00']);
  });
});
