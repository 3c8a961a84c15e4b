import { readFileSync } from 'node:fs';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong inside an element, a line each: the rule, the element, and why. */
export async function accessibilityProblems(page: Page, selector: string): Promise<readonly string[]> {
  await page.evaluate(`globalThis.axe === undefined && (() => { ${axe} })()`);
  const results: AxeResults = await page.evaluate(`globalThis.axe.run(${JSON.stringify(selector)})`);
  return results.violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)}: ${failureSummary}`),
  );
}
