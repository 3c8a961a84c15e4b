import { isPlainObject } from '../../../src/protocol/json/plain-object';
import type { TryAnswer } from '../../dialog-messages';
import type { Runtime } from '../node-red';
import { withAccount } from './answer-places';
import { failedAnswer } from './failed-answer';
import { readTypedAccount } from './typed-account';

const timeoutMs = 15_000;
const longestText = 64 * 1024;
/** What opens something else is nobody's business in a dialog. */
const secretName = /token|secret|password|accesskey|credential|signature/i;

/**
 * Answers a dialog what a request gives that only reads.
 *
 * @param body `{account, request}`; the account as an edit dialog holds it, the request `{resource, id, path, query}`
 */
export async function answerTry(RED: Runtime, body: unknown): Promise<TryAnswer> {
  try {
    const { account, request } = isPlainObject(body) ? body : {};
    const { resource, id, path, query } = isPlainObject(request) ? request : {};
    const operation = resource === 'custom' ? 'request' : id === undefined || resource === 'metrics' ? 'list' : 'get';
    const call = { resource, operation, id, path, query, method: 'GET', timeoutMs };
    const typed = readTypedAccount(RED, account);
    const { statusCode, body: answered } = await withAccount(typed, (open) => open.call(call));
    const text = Buffer.isBuffer(answered) ? `(${answered.length} bytes)` : written(answered);
    return { state: 'ok', statusCode, text: text.slice(0, longestText), isCut: text.length > longestText };
  } catch (error) {
    return failedAnswer(error);
  }
}

function written(answered: unknown): string {
  if (typeof answered === 'string') return answered;
  return JSON.stringify(answered, (name, value: unknown) => (secretName.test(name) ? '…' : value), 2) ?? '';
}
