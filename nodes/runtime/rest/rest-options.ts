import { operations, resources } from '../../../src/protocol/rest/resource-request';
import { type RestOptions, restDefaults } from '../../options';
import { readChoice, readFlag, readText, readTimeoutMs } from '../options/option-reading';
import type { TypedInput } from '../options/typed-value';

/** The options of a rest node, read and checked. */
export interface RestSettings {
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
export function readRestOptions(saved: RestOptions): RestSettings {
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
    shape: readChoice('shape', saved.shape, ['platform', 'series']),
    timeoutMs: readTimeoutMs(saved.timeout, Number(restDefaults.timeout)),
  };
}
