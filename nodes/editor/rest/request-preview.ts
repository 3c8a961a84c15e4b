import {
  methodsOf,
  operationsOf,
  operationsOnAll,
  operationsWithObject,
} from '../../../src/protocol/rest/resource-request';
import { isEnvironment } from '../dialog/option-checks';

/** The options of a rest node as the dialog holds them: any text, also one that is not a known resource or operation. */
export type RestForm = Readonly<
  Record<
    | 'resource'
    | 'operation'
    | 'target'
    | 'targetType'
    | 'method'
    | 'path'
    | 'query'
    | 'queryType'
    | 'body'
    | 'bodyType',
    string
  >
>;

/** The options that have a meaning for this resource and operation. */
export function relevantOptions(resource: string, operation: string): ReadonlySet<string> {
  if (resource === 'custom') return new Set(['method', 'path', 'query', 'body', 'all']);
  if (resource === 'metrics') return new Set(['target', 'pick', 'span', 'query', 'all', 'shape']);
  const options = new Set(['operation', 'query']);
  if (!operationsOnAll.includes(operation)) for (const option of ['target', 'pick']) options.add(option);
  if (operationsWithObject.includes(operation)) options.add('body');
  if (operation === 'list') options.add('all');
  return options;
}

/** `<msg.payload.id>` for what only the running flow knows, the text itself if it is fixed. */
function shown(value: string, type: string, fallback: string): string {
  if (value === '') return `<${fallback}>`;
  if (type === 'str') return isEnvironment(value) ? value : encodeURIComponent(value);
  if (type === 'env') return `\${${value}}`;
  return type === 'jsonata' ? '<jsonata>' : `<${type}.${value}>`;
}

function queryPairs(value: unknown): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([name, one]) => {
    const values: unknown[] = Array.isArray(one) ? one : [one];
    return values.map((each) => `${encodeURIComponent(name)}=${encodeURIComponent(String(each))}`);
  });
}

function queryText(form: RestForm): string {
  if (form.query === '') return '';
  if (form.queryType !== 'json') return `?${shown(form.query, form.queryType, 'query')}`;
  try {
    const pairs = queryPairs(JSON.parse(form.query));
    return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
  } catch {
    // Half-typed JSON: the field itself says so.
    return '?…';
  }
}

function pathText(form: RestForm): string {
  if (form.resource === 'custom') {
    return form.path === '' ? '/<msg.ochno.rest.path>' : `/${form.path.trim().replace(/^\/+/, '')}`;
  }
  const collection = `/api/${form.resource}`;
  if (!relevantOptions(form.resource, form.operation).has('target')) return collection;
  return `${collection}/${shown(form.target, form.targetType, 'msg.ochno.rest.id')}`;
}

/** The requests a rest node will make, a line each: `PUT https://operated.ochno.com/api/companies/a11iNc3p0`. */
export function previewRequest(form: RestForm, server: string): readonly string[] {
  const url = `${server.trim().replace(/\/+$/, '')}${pathText(form)}${queryText(form)}`;
  if (form.resource === 'custom') return [`${form.method.trim().toUpperCase() || 'GET'} ${url}`];
  const operation = operationsOf(form.resource).find((one) => one === form.operation) ?? 'list';
  return methodsOf(operation).map((method) => `${method} ${url}`);
}
