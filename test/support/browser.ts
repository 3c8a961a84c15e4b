import { type Browser, chromium } from 'playwright-core';
import { needProgram } from '../programs/find-program';

const switches = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  `--disable-features=${[
    // Each window would have two pages of the browser's own for what drops down from its address bar, a second's work each,
    ...['WebUIOmniboxPopup', 'WebUIOmniboxAimPopup', 'WebUIOmniboxFullPopup'],
    // and each page a process kept ready for one after it that seldom comes.
    'SpareRendererForSitePerProcess',
    // What Playwright turns off itself, which this takes the place of.
    ...['OptimizationHints', 'MediaRouter', 'PaintHolding', 'LensOverlay', 'AimEnabled', 'PreconnectToSearch'],
    ...['NetworkTimeServiceQuerying', 'AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose'],
    ...['HttpsUpgrades', 'HttpsFirstBalancedModeAutoEnable', 'ThirdPartyStoragePartitioning'],
  ].join()}`,
];

/** A test's page lives for seconds: optimizing its scripts takes longer than it saves. */
const unoptimized = '--js-flags=--no-turbofan,--no-maglev';

/** How fine the pages are drawn that there are pictures of: twice as fine where those are to be kept. */
export const pictureScale = process.env.UPDATE_SCREENSHOTS === '1' ? 2 : 1;

/** Starts the browser of this computer without a window, its scripts as fast as a user's if they are measured; to be closed in the end. */
export function launchBrowser({ isMeasured = false } = {}): Promise<Browser> {
  const args = isMeasured ? switches : [...switches, unoptimized];
  return chromium.launch({ executablePath: needProgram('chromium'), args });
}
