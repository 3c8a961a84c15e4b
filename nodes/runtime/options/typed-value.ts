import { quoted } from '../../../src/protocol/json/quoted';
import { OchnoError } from '../../../src/protocol/ochno-error';
import type { Message, Runtime, RuntimeNode } from '../node-red';
import { checkVariable } from './option-reading';

/** The value of a typed input as it is saved: what was typed, and what it is. */
export interface TypedInput {
  /** The option's name, for messages. */
  readonly option: string;
  readonly value: unknown;
  readonly type: string;
}

/** Types whose empty text is a value of its own; of any other it means that there is none. */
const emptyIsAValue: ReadonlySet<string> = new Set(['str', 'date']);

/**
 * What a typed input stands for, with this message.
 *
 * @returns `undefined` if nothing was typed or what it points to is not there
 * @throws OchnoError `OCHNO_VALUE` if it can't be read, also for an environment variable that is not set
 */
export async function readTypedValue(
  RED: Runtime,
  node: RuntimeNode,
  { option, value, type }: TypedInput,
  msg: Message,
): Promise<unknown> {
  checkVariable(option, value);
  if (value === undefined || value === null) return undefined;
  // An environment variable of the flow may be a number or an object: the runtime has put it here as it is.
  if (typeof value !== 'string') return value;
  if (value === '' && !emptyIsAValue.has(type)) return undefined;
  if (type === 'env') checkVariablesOf(RED, node, option, value);
  try {
    return await evaluate(RED, node, value, type, msg);
  } catch (error) {
    // So the runtime says that a step on the way to a property is missing.
    if (type === 'msg' && error instanceof TypeError) return undefined;
    throw new OchnoError('OCHNO_VALUE', `"${option}" (${type}) can't be read from ${quoted(value)}: ${whyOf(error)}`, {
      cause: error,
    });
  }
}

/** JSONata throws plain objects that have a message. */
function whyOf(error: unknown): string {
  const message: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'message') : undefined;
  return typeof message === 'string' ? message : String(error);
}

/** Some types throw at once even though they are given a callback: the executor turns both into a rejection. */
function evaluate(RED: Runtime, node: RuntimeNode, value: string, type: string, msg: Message): Promise<unknown> {
  return new Promise((resolve, reject) => {
    RED.util.evaluateNodeProperty(value, type, node, msg, (error, result) => {
      if (error) reject(error);
      else resolve(result);
    });
  });
}

/** The runtime reads a variable that is not set as empty text, which would go out as a value. */
function checkVariablesOf(RED: Runtime, node: RuntimeNode, option: string, value: string): void {
  const inText = [...value.matchAll(/\$\{([^}]+)\}/g)].map((found) => found[1] ?? '');
  for (const name of inText.length > 0 ? inText : [value]) {
    const setting: unknown = RED.util.getSetting(node, name);
    if (setting === undefined) checkVariable(option, `\${${name}}`);
  }
}
