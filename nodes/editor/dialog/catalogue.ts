import type { Texts } from './texts';

const module = '@ochno/node-red-ochno';

/** The texts of one node's own catalogue. */
export function textsOf(nodeType: string): Texts {
  return (key, values) => RED._(`${module}/${nodeType}:${key}`, values);
}
