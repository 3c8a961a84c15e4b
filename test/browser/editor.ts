import { EditorBench } from '../support/editor-bench';
import type { NodeRedLaunch } from '../support/node-red-child';
import { describeAccessibleDialogs } from './accessible-dialogs';
import { describeDialogFaults } from './dialog-faults';
import { describeFirstFlow } from './first-flow';
import { describeGuardedEditor } from './guarded-editor';
import { describeKeptOptions } from './kept-options';
import { describeLanguages } from './languages';
import { describeLargeBuilding } from './large-building';
import { describePicking } from './picking';
import { describeWorkspace } from './workspace';

/** All that is tried in the editor of one Node-RED, and what is tried in this one only. */
export function describeEditor(
  name: string,
  launch: () => Promise<Partial<NodeRedLaunch>>,
  describeMore: (bench: () => EditorBench) => void = () => undefined,
): void {
  describe(`the editor of ${name}`, function () {
    this.timeout(60_000);
    let bench: EditorBench;

    before(async function () {
      this.timeout(300_000);
      bench = await EditorBench.start(await launch());
    });
    after(() => bench?.close());

    describeFirstFlow(() => bench);
    describeKeptOptions(() => bench);
    describeAccessibleDialogs(() => bench);
    describeGuardedEditor(() => bench);
    describeWorkspace(() => bench);
    describePicking(() => bench);
    describeDialogFaults(() => bench);
    describeLargeBuilding(() => bench);
    describeLanguages(() => bench);
    describeMore(() => bench);
  });
}
