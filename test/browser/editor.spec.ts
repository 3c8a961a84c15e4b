import { EditorBench } from '../support/editor-bench';
import { nodeRed5 } from '../support/node-red-5';
import type { NodeRedLaunch } from '../support/node-red-child';
import { describeAccessibleDialogs } from './accessible-dialogs';
import { describeFirstFlow } from './first-flow';
import { describeGuardedEditor } from './guarded-editor';
import { describeKeptOptions } from './kept-options';
import { describeLanguages } from './languages';
import { describeLargeBuilding } from './large-building';
import { describePicking } from './picking';
import { describePictures } from './pictures';
import { describeWorkspace } from './workspace';

const versions: Readonly<Record<string, () => Promise<Partial<NodeRedLaunch>>>> = {
  'Node-RED 4.1': async () => ({}),
  'Node-RED 5': nodeRed5,
};

for (const [name, launch] of Object.entries(versions)) {
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
    describeLargeBuilding(() => bench);
    describeLanguages(() => bench);
    if (name === 'Node-RED 5') describePictures(() => bench);
  });
}
