import { type Browser, chromium } from 'playwright-core';
import { needProgram } from '../programs/find-program';

const switches = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  // Each window would have two pages of the browser's own for what drops down from its address bar, a second's work each.
  '--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup',
];

/** Starts the browser of this computer without a window; to be closed in the end. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: needProgram('chromium'), args: switches });
}
