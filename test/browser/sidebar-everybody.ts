import assert from 'node:assert/strict';
import { accessibilityProblems } from '../support/accessibility';
import type { EditorBench, OpenOptions } from '../support/editor-bench';
import type { EditorPage } from '../support/editor-page';
import type { FlowNode } from '../support/node-red-process';
import type { SidebarPage } from '../support/sidebar-page';
import { lampNode, openSidebar, sensorNode } from './sidebar-stage';

/** Whether everybody can use the sidebar. */
export function describeEverybody(bench: () => EditorBench): void {
  let editor: EditorPage;
  let sidebar: SidebarPage;

  const open = async (nodes: readonly FlowNode[] = [], options?: OpenOptions): Promise<void> => {
    ({ editor, sidebar } = await openSidebar(bench(), nodes, options));
  };

  describe('for everybody', () => {
    before(() => open([lampNode, { ...sensorNode, hub: 'gone' }]));
    after(() => bench().leavePages());

    it('has nothing that axe finds wrong, in light and dark, in any of its views', async () => {
      await sidebar.port('Lamp').click();
      await sidebar.tick('Room sensor');
      for (const view of ['Building', 'Issues', 'Health'] as const) {
        await sidebar.view(view);
        if (view === 'Issues') await sidebar.content.getByRole('button', { name: 'Replace with…' }).click();
        await editor.setTheme('light');
        assert.deepEqual(await accessibilityProblems(editor.page, '.ochno-sb'), [], view);
        await editor.setTheme('dark');
        assert.deepEqual(await accessibilityProblems(editor.page, '.ochno-sb', 'colours'), [], `${view}, dark`);
      }
    });

    it('fits into 180 pixels', async () => {
      await sidebar.view('Building');
      await editor.page.evaluate(`document.querySelector('.ochno-sb').style.width = '180px'`);
      for (const view of ['Building', 'Issues', 'Health'] as const) {
        await sidebar.view(view);
        const wide = await sidebar.content.evaluate((content) =>
          [...content.querySelectorAll('*')]
            .filter((part) => {
              const { right, width } = part.getBoundingClientRect();
              return width > 0 && right > content.getBoundingClientRect().right + 1;
            })
            .map((part) => `${part.tagName} ${part.className}`),
        );
        assert.deepEqual(wide, [], view);
      }
    });

    it('is in the browser’s language', async () => {
      await bench().leavePages();
      await open([lampNode], { locale: 'sv-SE' });
      await sidebar.content.getByRole('tab', { name: 'Byggnad' }).waitFor();
      await sidebar.content.getByPlaceholder('Sök i byggnaden').waitFor();
      await sidebar.content.getByRole('button', { name: 'inte i något flöde' }).waitFor();
    });
  });
}
