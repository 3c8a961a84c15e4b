import assert from 'node:assert/strict';
import { idAt, idsIn, replaceIdAt, withId } from '../../../nodes/editor/dialog/id-list';
import { variable } from '../places/known-office';

describe('ids in a field', () => {
  it('are read in order, and none from "any"', () => {
    assert.deepEqual(idsIn(' a , b,a,,'), ['a', 'b', 'a']);
    assert.deepEqual(idsIn('+'), []);
    assert.deepEqual(idsIn(''), []);
  });

  it('are found and replaced at the caret, the others left as they were typed', () => {
    assert.equal(idAt('one, tw, three', 7), 'tw');
    assert.equal(idAt('one,', 4), '');
    assert.equal(replaceIdAt('one, tw, three', 7, 'two'), 'one, two, three');
    assert.equal(replaceIdAt('one,', 4, 'two'), 'one, two');
    assert.equal(replaceIdAt('', 0, 'one'), 'one');
  });

  it('join those that are there, but neither "any" nor a variable', () => {
    assert.equal(withId('a, b', 'c'), 'a, b, c');
    assert.equal(withId('a, b', 'a'), 'a, b');
    assert.equal(withId('+', 'a'), 'a');
    assert.equal(withId(variable, 'a'), 'a');
  });
});
