import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { actionOutDefaults, configDefaults, portInDefaults, restDefaults } from '../../../nodes/options';

const root = join(__dirname, '..', '..', '..');

interface Option {
  readonly validate?: (this: object, value: unknown, options: object) => unknown;
}

interface Definition {
  readonly defaults: Readonly<Record<string, Option>>;
  readonly credentials?: Readonly<Record<string, Option>>;
}

/** What stands in the node's en-US catalogue; asking for anything else is a mistake. */
function textOf(node: string, key: string, values: Readonly<Record<string, string>> = {}): string {
  const catalogue: unknown = JSON.parse(
    readFileSync(join(root, 'dist', 'nodes', 'locales', 'en-US', `${node}.json`), 'utf8'),
  );
  const text: unknown = key.split('.').reduce((below: unknown, name) => Object(below)[name], catalogue);
  assert.equal(typeof text, 'string', `${node}: no text "${key}"`);
  return String(text).replace(/__(\w+?)__/g, (_, name: string) => values[name] ?? '');
}

/** Runs the built dialog's script as the editor's page does, as far as its registration. */
function register(node: string): Definition {
  let found: Definition | undefined;
  const RED = {
    _: (key: string, values?: Readonly<Record<string, string>>) => {
      const prefix = `@ochno/node-red-ochno/${node}:`;
      assert.ok(key.startsWith(prefix), `"${key}" names another catalogue`);
      return textOf(node, key.slice(prefix.length), values);
    },
    nodes: {
      registerType: (type: string, definition: Definition) => {
        assert.equal(type, node);
        found = definition;
      },
      getType: () => found,
    },
    events: { on: () => undefined },
    utils: { validateTypedProperty: () => true },
  };
  const html = readFileSync(join(root, 'dist', 'nodes', `${node}.html`), 'utf8');
  const [, script = ''] = /<script type="text\/javascript">([\S\s]*?)<\/script>/.exec(html) ?? [];
  runInNewContext(script, { RED, URL, Symbol });
  assert.ok(found, `${node} did not register`);
  return found;
}

/** By node, options as they were saved; each wrong one with words its reason has to hold. */
const wrong: Readonly<
  Record<string, { readonly saved: object; readonly reasons: Readonly<Record<string, readonly [string, string][]>> }>
> = {
  'ochno-config': {
    saved: configDefaults,
    reasons: {
      server: [
        ['', 'missing'],
        ['ochno', 'https://'],
        ['http://example.com', 'localhost'],
        ['https://a:b@example.com', 'password'],
      ],
      company: [
        ['+', 'one id'],
        ['a,b', 'one id'],
        ['a/b', '“/”'],
      ],
      keepalive: [['5', '15 to 1200']],
      connections: [['11', '1 to 10']],
      email: [['', 'missing']],
      password: [['', 'missing']],
    },
  },
  'ochno-port-in': {
    saved: { ...portInDefaults, emit: 'change' },
    reasons: {
      company: [['a,,b', 'empty id']],
      location: [['a#', '“#”']],
      hub: [['a/b', 'Hub: an id can’t contain “/”']],
      port: [['a,+', '“+”']],
      property: [['data..x', 'data.device.types[0]']],
      deadband: [['five', '10%']],
    },
  },
  'ochno-action-out': {
    saved: { ...actionOutDefaults, valueType: 'json' },
    reasons: {
      company: [['+', 'one id']],
      location: [['a,b', 'one id']],
      hub: [['a/b', '“/”']],
      port: [['a,', 'empty id']],
      value: [
        ['{"brightness": 1}', 'brightness'],
        ['{"temp": 1}', '2700'],
        ['{}', 'level'],
        ['101', '100'],
      ],
      timeout: [['0', 'from 0.001 to 86400']],
    },
  },
  'ochno-rest': {
    saved: { ...restDefaults, resource: 'custom', operation: 'request' },
    reasons: {
      method: [['FETCH', 'PATCH']],
      path: [
        ['https://example.com', 'server'],
        ['/a/../b', '..'],
        ['/a b', '%20'],
      ],
      query: [['[1]', 'JSON object']],
      timeout: [['soon', 'from 0.001 to 86400']],
    },
  },
};

describe('the validators of the built dialogs', () => {
  for (const [node, { saved, reasons }] of Object.entries(wrong)) {
    it(`of ${node} accept the defaults, any whole \${NAME}, and an option that was left out`, () => {
      for (const [option, { validate }] of Object.entries(register(node).defaults)) {
        if (validate === undefined) continue;
        const present: unknown = Reflect.get(saved, option);
        for (const value of [present, '$'.concat('{NAME}'), undefined]) {
          // The default value belongs to the default type.
          const type = option === 'value' ? { valueType: 'msg' } : {};
          assert.equal(validate.call({ ...saved, ...type }, value, {}), true, `${option}: ${String(value)}`);
        }
      }
    });

    it(`of ${node} take two parameters and answer with a reason that names the field`, () => {
      const { defaults, credentials } = register(node);
      const checked = Object.entries({ ...defaults, ...credentials }).filter(
        ([, { validate }]) => validate !== undefined,
      );
      for (const [option, { validate }] of checked) {
        assert.equal(validate?.length, 2, `${option}: only with two parameters may it return a reason`);
        for (const [value, words] of reasons[option] ?? []) {
          const reason = validate?.call(saved, value, {});
          assert.ok(typeof reason === 'string' && reason.includes(words), `${option} ${value}: ${String(reason)}`);
          assert.ok(reason.startsWith(textOf(node, `label.${option}`)), reason);
        }
      }
      const without = Object.keys(reasons).filter((option) => !checked.some(([name]) => name === option));
      assert.deepEqual(without, []);
    });
  }

  it('look at a custom path and method only for a custom request', () => {
    const { path, method } = register('ochno-rest').defaults;
    assert.equal(path?.validate?.call({ ...restDefaults, resource: 'hubs' }, '//elsewhere', {}), true);
    assert.equal(method?.validate?.call({ ...restDefaults, resource: 'hubs' }, 'FETCH', {}), true);
  });

  it('D3: want of a fixed id, a measurement’s times and a fixed body what the runtime wants of them', () => {
    const { defaults } = register('ochno-rest');
    const verdict = (option: string, options: object, text: string): unknown =>
      defaults[option]?.validate?.call({ ...restDefaults, ...options }, text, {});
    const hub = { resource: 'hubs', operation: 'get', targetType: 'str' };
    assert.match(String(verdict('target', hub, 'a/b')), /Id: an id can’t contain “\/”/);
    assert.equal(verdict('target', hub, ' hub1 '), true);
    assert.equal(verdict('target', { ...hub, operation: 'list' }, 'a/b'), true, 'what is not used');
    assert.equal(verdict('target', { ...hub, targetType: 'msg' }, 'a/b'), true, 'what only the flow knows');
    assert.match(String(verdict('query', { resource: 'metrics' }, '{"from": "yesterday"}')), /“from” has to be a time/);
    assert.equal(verdict('query', { resource: 'hubs' }, '{"from": "yesterday"}'), true);
    const create = { resource: 'hubs', operation: 'create' };
    for (const bodyType of ['num', 'json']) {
      assert.match(String(verdict('body', { ...create, bodyType }, '5')), /JSON object/);
      assert.equal(verdict('body', { resource: 'custom', operation: 'request', bodyType }, '5'), true);
    }
    assert.equal(verdict('body', { ...create, bodyType: 'json' }, '{"name": "A hub"}'), true);
  });

  it('want of a device an object, and of a whole message its id and data', () => {
    const { value } = register('ochno-action-out').defaults;
    const verdict = (command: string, type: string, text: string): unknown =>
      value?.validate?.call({ ...actionOutDefaults, command, valueType: type }, text, {});
    assert.match(String(verdict('device', 'num', '5')), /JSON object/);
    assert.match(String(verdict('envelope', 'json', '{}')), /id and data/);
    assert.equal(verdict('device', 'json', '{"fan": {"target1": 5}}'), true);
    assert.equal(verdict('device', 'msg', 'payload'), true);
  });
});
