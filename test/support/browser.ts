import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome'];
const switches = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'];

/**
 * The browser of this computer: the one the variable `CHROMIUM` names, else the first on the path.
 *
 * @throws Error saying what to install
 */
export function findBrowser(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment.CHROMIUM ?? '';
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const places = named === '' ? folders.flatMap((folder) => names.map((name) => join(folder, name))) : [named];
  const found = places.find(isExecutable);
  if (found !== undefined) return found;
  const what = named === '' ? 'There is no Chromium on the path' : `CHROMIUM names "${named}", which can't be run`;
  throw new Error(`${what}. The browser tests need one: "apt-get install chromium", or name yours in CHROMIUM`);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Starts it without a window; to be closed in the end. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: findBrowser(), args: switches });
}
