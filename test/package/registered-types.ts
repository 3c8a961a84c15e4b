import { type Expression, parse } from 'acorn';
import { simple } from 'acorn-walk';

/** A node type as a built dialog registers it. */
export interface RegisteredType {
  readonly type: string;
  readonly category: string;
}

/**
 * The node types that a built dialog registers, read as the flow library and node-red-dev read them: the script is found
 * by a regular expression, and only what is written out in the call counts.
 */
export function registeredTypes(html: string): readonly RegisteredType[] {
  const found: RegisteredType[] = [];
  for (const [, script = ''] of html.matchAll(/<script.+?type=['"]text\/javascript['"].*?>([\S\s]*?)<\/script>/gi)) {
    simple(parse(script, { ecmaVersion: 'latest' }), {
      CallExpression({ callee, arguments: [type, definition] }) {
        if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return;
        if (callee.property.name !== 'registerType' || type?.type !== 'Literal') return;
        found.push({ type: String(type.value), category: textOf('category', definition) });
      },
    });
  }
  return found;
}

function textOf(name: string, definition: Expression | { type: 'SpreadElement' } | undefined): string {
  if (definition?.type !== 'ObjectExpression') return '';
  for (const property of definition.properties) {
    if (property.type !== 'Property' || property.key.type !== 'Identifier' || property.key.name !== name) continue;
    return property.value.type === 'Literal' ? String(property.value.value) : '';
  }
  return '';
}
