/** Gives a text of one node's own catalogue; usable before there is a node, as while its type is being registered. */
export type Texts = (key: string, values?: Readonly<Record<string, string | number>>) => string;
