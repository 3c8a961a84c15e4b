import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CallExpression, type Expression, type ObjectExpression, type Property, parse } from 'acorn';
import { simple } from 'acorn-walk';
import { actionOutDefaults, configDefaults, portInDefaults, restDefaults } from '../../nodes/options';

const built = join(__dirname, '..', '..', 'dist', 'nodes');

const nodes = {
  'ochno-config': { defaults: configDefaults, category: 'config', credentials: ['email', 'password'] },
  'ochno-port-in': { defaults: portInDefaults, category: 'Ochno', inputs: 0, outputs: 1 },
  'ochno-action-out': { defaults: actionOutDefaults, category: 'Ochno', inputs: 1, outputs: 1, align: 'right' },
  'ochno-rest': { defaults: restDefaults, category: 'Ochno', inputs: 1, outputs: 1 },
};

/** The html's scripts, found as the flow library and node-red-dev find them: by a regular expression. */
function scriptsOf(node: string): readonly string[] {
  const html = readFileSync(join(built, `${node}.html`), 'utf8');
  return [...html.matchAll(/<script.+?type=['"]text\/javascript['"].*?>([\S\s]*?)<\/script>/gi)].map(
    ([, script = '']) => script,
  );
}

function registrationsIn(script: string): readonly CallExpression[] {
  const calls: CallExpression[] = [];
  simple(parse(script, { ecmaVersion: 'latest' }), {
    CallExpression(call) {
      const { callee } = call;
      if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return;
      if (callee.property.name === 'registerType') calls.push(call);
    },
  });
  return calls;
}

/** The definition as those tools read it: only what is written out in place counts. */
function definitionOf(node: string): ReadonlyMap<string, Expression> {
  const [call, ...others] = scriptsOf(node).flatMap(registrationsIn);
  assert.ok(call, `${node}: no registerType call`);
  assert.equal(others.length, 0, `${node}: more than one registerType call`);
  const [type, definition] = call.arguments;
  assert.ok(type?.type === 'Literal' && type.value === node, `${node}: the type has to be a string literal`);
  assert.ok(definition?.type === 'ObjectExpression', `${node}: the definition has to be written out in the call`);
  return propertiesOf(definition);
}

function propertiesOf(object: ObjectExpression): ReadonlyMap<string, Expression> {
  return new Map(
    object.properties.map((property) => {
      const { key, value } = plain(property);
      assert.ok(key.type === 'Identifier', 'every property needs a plain name');
      return [key.name, value];
    }),
  );
}

function plain(property: ObjectExpression['properties'][number]): Property {
  assert.equal(property.type, 'Property', 'the tools stumble over a spread');
  assert.ok(property.type === 'Property');
  return property;
}

function literal(value: Expression | undefined): unknown {
  assert.equal(value?.type, 'Literal');
  return value?.type === 'Literal' ? value.value : undefined;
}

function defaultsOf(node: string): Readonly<Record<string, unknown>> {
  const defaults = definitionOf(node).get('defaults');
  assert.ok(defaults?.type === 'ObjectExpression', 'defaults have to be written out');
  const entries = [...propertiesOf(defaults)].map(([name, option]) => {
    assert.ok(option.type === 'ObjectExpression');
    return [name, literal(propertiesOf(option).get('value'))] as const;
  });
  return Object.fromEntries(entries);
}

describe('the built dialogs, read as the flow library reads them', () => {
  for (const [node, expected] of Object.entries(nodes)) {
    it(`shows the options of ${node} with the defaults that the runtime has`, () => {
      assert.deepEqual(defaultsOf(node), expected.defaults);
    });

    it(`shows how ${node} looks`, () => {
      const definition = definitionOf(node);
      assert.equal(literal(definition.get('category')), expected.category);
      assert.match(String(literal(definition.get('color'))), /^#[0-9a-f]{6}$/i);
      const icon = String(literal(definition.get('icon')));
      assert.ok(readdirSync(join(built, 'icons')).includes(icon), `${icon} is not among the built icons`);
      if ('inputs' in expected) assert.equal(literal(definition.get('inputs')), expected.inputs);
      if ('outputs' in expected) assert.equal(literal(definition.get('outputs')), expected.outputs);
      if ('align' in expected) assert.equal(literal(definition.get('align')), expected.align);
    });

    it(`has the template of ${node}, with a field for every option but the version`, () => {
      const html = readFileSync(join(built, `${node}.html`), 'utf8');
      assert.ok(html.includes(`data-template-name="${node}"`));
      const prefix = node === 'ochno-config' ? 'node-config-input' : 'node-input';
      const options = [...Object.keys(expected.defaults), ...('credentials' in expected ? expected.credentials : [])];
      for (const option of options.filter((name) => name !== 'version')) {
        assert.ok(html.includes(`id="${prefix}-${option}"`), `no field for ${option}`);
      }
    });
  }

  it('lists the credentials of the account, and no secret among its options', () => {
    const credentials = definitionOf('ochno-config').get('credentials');
    assert.ok(credentials?.type === 'ObjectExpression');
    assert.deepEqual([...propertiesOf(credentials).keys()], ['email', 'password']);
  });

  it('labels every field it shows', () => {
    for (const node of Object.keys(nodes)) {
      const html = readFileSync(join(built, `${node}.html`), 'utf8');
      const fields = [...html.matchAll(/<(?:input(?! type="hidden")|select)[^>]* id="([^"]+)"/g)].map(([, id]) => id);
      for (const id of fields)
        assert.ok(html.includes(`<label for="${id}"`) || html.includes(`for="${id}"`), `${node}: ${id}`);
    }
  });

  it('declares nothing on the page, which the four share', () => {
    for (const script of Object.keys(nodes).flatMap(scriptsOf)) {
      const { body } = parse(script, { ecmaVersion: 'latest' });
      const kinds = new Set(body.map(({ type }) => type));
      assert.deepEqual(
        [...kinds].filter((type) => type !== 'ExpressionStatement' && type !== 'EmptyStatement'),
        [],
      );
    }
  });
});
