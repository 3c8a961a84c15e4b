/** Gives a text of one node's own catalogue; usable before there is a node, as while its type is being registered. */
export type Texts = (key: string, values?: Readonly<Record<string, string | number>>) => string;

const module = '@ochno/node-red-ochno';

/** The texts of one node's own catalogue. */
export function textsOf(nodeType: string): Texts {
  return (key, values) => RED._(`${module}/${nodeType}:${key}`, values);
}
