import { readFileSync } from 'node:fs';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

/**
 * Every rule is tried, but what passes is not written up: that would be most of the work. Style sheets are not loaded once
 * more either, which only rules do need that are experiments and off.
 */
const options: RunOptions = { resultTypes: ['violations'], preload: { assets: ['media'] } };

/** The rules whose answer another theme can change: those that look at colours. */
const ofColours: RunOptions = { ...options, runOnly: ['color-contrast', 'link-in-text-block'] };

/**
 * What axe finds wrong inside an element, a line each: the rule, the element, and why. What it has found right in one
 * theme needs to be asked only for its colours in another.
 */
export async function accessibilityProblems(
  page: Page,
  selector: string,
  asked: 'everything' | 'colours' = 'everything',
): Promise<readonly string[]> {
  if (await page.evaluate('globalThis.axe === undefined')) await page.evaluate(`${axe}; undefined`);
  const { isSeen, violations }: { isSeen: boolean; violations: AxeResults['violations'] } =
    await page.evaluate(`(async () => {
    // Node-RED's page has no height and hides what flows over: axe takes all in it for hidden, and asks nothing of its colours.
    const pages = [document.documentElement, document.body];
    for (const { style } of pages) style.setProperty('overflow', 'visible', 'important');
    try {
      axe.setup();
      const isSeen = axe.commons.dom.isVisibleOnScreen(document.querySelector(${JSON.stringify(selector)}));
      axe.teardown();
      const { violations } = await axe.run(${JSON.stringify(selector)}, ${JSON.stringify(asked === 'colours' ? ofColours : options)});
      return { isSeen, violations };
    } finally {
      for (const { style } of pages) style.removeProperty('overflow');
    }
  })()`);
  if (!isSeen) return [`axe takes ${selector} for hidden, and finds nothing in it`];
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)}: ${failureSummary}`),
  );
}
