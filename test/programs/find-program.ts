import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

/** What the tests run and npm does not carry. */
export type ProgramName = 'chromium' | 'mosquitto';

interface Program {
  /** The environment variable that names one. */
  readonly variable: string;
  /** What it may be called. */
  readonly names: readonly string[];
  /** Where it may be if it is not on the path. */
  readonly places: readonly string[];
}

const programs: Readonly<Record<ProgramName, Program>> = {
  chromium: {
    variable: 'CHROMIUM',
    names: ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'],
    places: [
      chromium.executablePath(),
      '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
    ],
  },
  mosquitto: {
    variable: 'MOSQUITTO',
    names: ['mosquitto'],
    // Debian and Homebrew keep daemons where a user's path does not lead.
    places: ['/usr/sbin/mosquitto', '/usr/local/sbin/mosquitto', '/opt/homebrew/sbin/mosquitto'],
  },
};

/** The program of this computer: the one that its variable names, else the first on the path, else in its usual places. */
export function findProgram(name: ProgramName, environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const { variable, names, places } = programs[name];
  const named = environment[variable] ?? '';
  if (named !== '') return [named].find(isExecutable);
  const folders = (environment.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const onPath = folders.flatMap((folder) => names.map((file) => join(folder, file)));
  return [...onPath, ...places].find(isExecutable);
}

/**
 * As `findProgram`.
 *
 * @throws {Error} that says what to do if there is none
 */
export function needProgram(name: ProgramName, environment: NodeJS.ProcessEnv = process.env): string {
  const found = findProgram(name, environment);
  if (found !== undefined) return found;
  const { variable } = programs[name];
  throw new Error(`This test needs ${name}: "npm test" gets it, or name yours in the environment variable ${variable}`);
}

/** Whether there is a file that we may run. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
