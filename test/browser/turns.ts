import type { EditorBench } from '../support/editor-bench';
import { nodeRed5 } from '../support/node-red-5';
import type { NodeRedLaunch } from '../support/node-red-child';

/** The two editors that this package is used in. Node-RED 4.1 is the one that it is developed against. */
export type EditorName = 'Node-RED 4.1' | 'Node-RED 5';

/** How each of them is started. */
export const launches: Readonly<Record<EditorName, () => Promise<Partial<NodeRedLaunch>>>> = {
  'Node-RED 4.1': async () => ({}),
  'Node-RED 5': nodeRed5,
};

/** Some tests of an editor. */
export type Description = (bench: () => EditorBench) => void;

/** What is to be tried, by the editor in which `npm test` tries it. */
export type Turns = Readonly<Record<EditorName | 'both', readonly Description[]>>;

/**
 * What is tried in one of the editors. An editor takes a browser seconds of a processor for whatever is done in it, so
 * `npm test` tries in both what stands on the editor's own markup, events and themes, and the rest by turns, in one of
 * them. `npm run test:editors` tries everything in both.
 */
export function tried({ both, ...turns }: Turns, editor: EditorName): readonly Description[] {
  const isEverything = process.env.OCHNO_TEST_EDITORS === 'every';
  return [...both, ...(isEverything ? Object.values(turns).flat() : turns[editor])];
}
