import type { ResourceCall, RestResponse } from '../../../src/client/rest/rest-request';
import { isPlainObject } from '../../../src/protocol/json/plain-object';
import { operations, operationsWithObject, resources, shapes } from '../../../src/protocol/rest/resource-request';
import { type RestOptions, restDefaults } from '../../options';
import type { Message, Runtime, RuntimeNode, SavedNode } from '../node-red';
import { readChoice, readFlag, readText, readTimeoutMs } from '../options/option-reading';
import { readTypedValue, type TypedInput } from '../options/typed-value';
import { type NodeKind, setUp } from '../set-up';
import { markedHeaders } from './answer-headers';

/** Makes a node make one REST call for each message it gets until it is closed. */
export function makeCalls(RED: Runtime, node: RuntimeNode, saved: SavedNode<RestOptions>): void {
  setUp(RED, node, saved, rest);
}

const rest: NodeKind<RestOptions, RestSettings> = {
  hasInput: () => true,
  readOptions: readRestOptions,
  begin({ RED, node, options }, { account }) {
    return {
      async handle(msg, signal) {
        const read = (input: TypedInput): Promise<unknown> => readTypedValue(RED, node, input, msg);
        return answer(msg, await account.call({ ...(await readCall(options, msg, read)), signal }));
      },
      end: () => undefined,
    };
  },
};

const operationsWithBody = [...operationsWithObject, 'request'];

/** What is to be called: `resource`, `operation` and `method` of `msg.ochno.rest` win, its other fields fill empty options. */
async function readCall(
  options: RestSettings,
  msg: Message,
  read: (input: TypedInput) => Promise<unknown>,
): Promise<ResourceCall> {
  const given = readGiven(msg);
  const resource = given.resource ?? options.resource;
  // What the option says fits the option's resource; a custom call knows only one operation.
  const operation = given.operation ?? (resource === 'custom' ? 'request' : options.operation);
  const { all, shape, timeoutMs } = options;
  return {
    resource,
    operation,
    id: unlessEmpty(await read(options.target)) ?? given.id,
    method: given.method ?? options.method,
    path: unlessEmpty(options.path) ?? given.path,
    params: msg.params,
    query: unlessEmpty(await read(options.query)) ?? given.query,
    body: operationsWithBody.includes(operation) ? await read(options.body) : undefined,
    all,
    shape,
    timeoutMs,
  };
}

function readGiven(msg: Message): Readonly<Record<string, unknown>> {
  const rest = isPlainObject(msg.ochno) ? msg.ochno.rest : undefined;
  if (!isPlainObject(rest)) return {};
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => unlessEmpty(value) !== undefined));
}

function unlessEmpty(value: unknown): unknown {
  return value === '' || value === null ? undefined : value;
}

function answer(msg: Message, { body, statusCode, headers, method, path }: RestResponse): Message {
  msg.payload = body;
  msg.statusCode = statusCode;
  msg.headers = markedHeaders(headers);
  msg.ochno = { ...(isPlainObject(msg.ochno) ? msg.ochno : {}), request: { method, path } };
  return msg;
}

/** The options of a rest node, read and checked. */
interface RestSettings {
  readonly resource: RestOptions['resource'];
  readonly operation: RestOptions['operation'];
  /** The object's id, or with metrics the measurement. */
  readonly target: TypedInput;
  readonly method: string;
  readonly path: string;
  readonly query: TypedInput;
  readonly body: TypedInput;
  readonly all: boolean;
  readonly shape: RestOptions['shape'];
  readonly timeoutMs: number;
}

/** @throws OchnoError `OCHNO_VALUE` naming the option that is unusable */
function readRestOptions(saved: RestOptions): RestSettings {
  const typed = (option: 'target' | 'query' | 'body'): TypedInput => ({
    option,
    value: saved[option] ?? restDefaults[option],
    type: readText(`${option}Type`, saved[`${option}Type`], restDefaults[`${option}Type`]),
  });
  return {
    resource: readChoice('resource', saved.resource, resources),
    operation: readChoice('operation', saved.operation, operations),
    target: typed('target'),
    method: readText('method', saved.method, restDefaults.method),
    path: readText('path', saved.path),
    query: typed('query'),
    body: typed('body'),
    all: readFlag('all', saved.all),
    shape: readChoice('shape', saved.shape, shapes),
    timeoutMs: readTimeoutMs(saved.timeout, Number(restDefaults.timeout)),
  };
}
