import { type CodeEditor, EditorBench } from '../support/editor-bench';
import { describeAccessibleDialogs, describeSmallScreen } from './accessible-dialogs';
import { describeDialogFaults } from './dialog-faults';
import { describeFirstFlow } from './first-flow';
import { describeGuardedEditor } from './guarded-editor';
import { describeKeptOptions } from './kept-options';
import { describeLanguages } from './languages';
import { describeLargeBuilding } from './large-building';
import { describeLastingEditor } from './lasting-editor';
import { describeMistakes } from './mistakes';
import { describePicking } from './picking';
import { describePictures } from './pictures';
import { sidebarParts } from './sidebar';
import { type EditorName, launches, type Turns, tried } from './turns';
import { describeWorkspace } from './workspace';

/** One language after another: each change takes a load of the editor. */
function describeDialogsByLanguage(bench: () => EditorBench): void {
  describeMistakes(bench, 'sv-SE', 'sv');
  describeLanguages(bench);
  describeMistakes(bench, 'de-DE', 'de');
  describeSmallScreen(bench);
  describeMistakes(bench, 'ja-JP', 'ja');
}

/** What a user does on the workspace, in dialogs and through lists. */
export const flowParts: Turns = {
  both: [describeFirstFlow, describeWorkspace],
  'Node-RED 4.1': [describePicking, describeLargeBuilding],
  'Node-RED 5': [describeGuardedEditor, describePictures],
};

/** What each dialog holds, shows and says. */
const dialogParts: Turns = {
  both: [(bench) => describeMistakes(bench, 'en-US', 'en-US')],
  'Node-RED 4.1': [describeKeptOptions, describeDialogsByLanguage],
  'Node-RED 5': [describeAccessibleDialogs, describeDialogFaults, describeLastingEditor],
};

/** The sidebar first: an editor that has seen the building goes on showing it. */
export const panelParts: readonly Turns[] = [sidebarParts, dialogParts];

/** Tries these in one of the editors. */
export function describeEditor(name: EditorName, parts: readonly Turns[], codeEditor?: CodeEditor): void {
  describe(`the editor of ${name}`, function () {
    this.timeout(120_000);
    let bench: EditorBench;

    before(async function () {
      this.timeout(300_000);
      bench = await EditorBench.start(await launches[name](), codeEditor);
    });
    after(() => bench?.close());

    for (const turns of parts) for (const describePart of tried(turns, name)) describePart(() => bench);
  });
}
