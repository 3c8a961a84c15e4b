import { type CodeEditor, EditorBench } from '../support/editor-bench';
import type { NodeRedLaunch } from '../support/node-red-child';
import { describeAccessibleDialogs, describeSmallScreen } from './accessible-dialogs';
import { describeDialogFaults } from './dialog-faults';
import { describeFirstFlow } from './first-flow';
import { describeGuardedEditor } from './guarded-editor';
import { describeKeptOptions } from './kept-options';
import { describeLanguages } from './languages';
import { describeLargeBuilding } from './large-building';
import { describeMistakes } from './mistakes';
import { describePicking } from './picking';
import { describeWorkspace } from './workspace';

type Description = (bench: () => EditorBench) => void;

/** One language after another: each change takes a load of the editor. */
function describeDialogsByLanguage(bench: () => EditorBench): void {
  describeMistakes(bench, 'en-US', 'en-US');
  describeMistakes(bench, 'sv-SE', 'sv');
  describeLanguages(bench);
  describeMistakes(bench, 'de-DE', 'de');
  describeSmallScreen(bench);
  describeMistakes(bench, 'ja-JP', 'ja');
}

/** What is tried in every editor, in parts that take about as long as each other: each is a file, which run side by side. */
export const editorParts = {
  flows: [describeFirstFlow, describeWorkspace, describePicking, describeGuardedEditor, describeLargeBuilding],
  dialogs: [describeKeptOptions, describeAccessibleDialogs, describeDialogFaults, describeDialogsByLanguage],
} as const;

/** Tries these in the editor of one Node-RED. */
export function describeEditor(
  name: string,
  launch: () => Promise<Partial<NodeRedLaunch>>,
  descriptions: readonly Description[],
  codeEditor?: CodeEditor,
): void {
  describe(`the editor of ${name}`, function () {
    this.timeout(60_000);
    let bench: EditorBench;

    before(async function () {
      this.timeout(300_000);
      bench = await EditorBench.start(await launch(), codeEditor);
    });
    after(() => bench?.close());

    for (const describeMore of descriptions) describeMore(() => bench);
  });
}
