import { EditorBench } from '../support/editor-bench';
import type { NodeRedLaunch } from '../support/node-red-child';
import { describeAdding } from './sidebar-adding';
import { describeBuilding } from './sidebar-building';
import { describeEverybody } from './sidebar-everybody';
import { describeFilm } from './sidebar-film';
import { describePort } from './sidebar-port';
import { describeReplacing } from './sidebar-replacing';
import { describeSubflowAccounts } from './sidebar-subflows';

/** The sidebar in the editor of one Node-RED. */
export function describeSidebar(
  name: string,
  launch: () => Promise<Partial<NodeRedLaunch>>,
  pictures: 'taken' | 'only looked at' = 'only looked at',
): void {
  describe(`the sidebar in ${name}`, function () {
    this.timeout(120_000);
    let bench: EditorBench;

    before(async function () {
      this.timeout(300_000);
      bench = await EditorBench.start(await launch());
    });
    after(() => bench?.close());

    // First of all: an editor that has seen the building goes on showing it.
    describeBuilding(() => bench);
    describePort(() => bench);
    describeAdding(() => bench);
    describeFilm(() => bench, pictures);
    describeReplacing(() => bench);
    describeSubflowAccounts(() => bench);
    describeEverybody(() => bench);
  });
}
