import assert from 'node:assert/strict';
import { OchnoError, type OchnoErrorCode } from '../../src/protocol/ochno-error';

/** The OchnoError that an action throws or rejects with; anything else fails the test. */
export async function failureOf(action: () => unknown): Promise<OchnoError> {
  try {
    await action();
  } catch (error) {
    assert.ok(error instanceof OchnoError, `not an OchnoError: ${String(error)}`);
    return error;
  }
  throw new assert.AssertionError({ message: 'nothing was thrown' });
}

/**
 * For `assert.throws` and `assert.rejects`: an OchnoError of this code whose message matches, and whose cause has a
 * status code where it is about an answer, so that a flow may read it without a look.
 */
export function ochnoError(code: OchnoErrorCode, message: RegExp = /./): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof OchnoError, `not an OchnoError: ${String(error)}`);
    assert.equal(error.code, code, error.message);
    assert.match(error.message, message);
    if (code === 'OCHNO_HTTP') assert.equal(typeof Object(error.cause).statusCode, 'number', error.message);
    return true;
  };
}
