import { dirname, join } from 'node:path';
import type { ProgramName } from './find-program';

/** The computer, as far as getting a program goes. */
export interface Computer {
  readonly isRoot: boolean;
  /** Whether there is a program of this name on the path. */
  has(name: string): boolean;
  /** Where the program is that a test would run, if it starts. */
  working(program: ProgramName): string | undefined;
  /** Whether Playwright's own browser is in its cache, able to start or not. */
  hasPlaywrightBrowser(): boolean;
  /** Runs a command without asking anybody anything. Returns whether it ended well. */
  run(command: readonly string[]): boolean;
  /** One line for whoever started the tests. */
  say(line: string): void;
}

interface Way {
  /** Completes "mosquitto is missing: …". */
  readonly says: string;
  readonly isOpen: () => boolean;
  readonly commands: () => readonly (readonly string[])[];
}

/** Playwright's own command line, as the development dependency brings it. */
const playwright = [process.execPath, join(dirname(require.resolve('playwright-core/package.json')), 'cli.js')];

/**
 * Sees to it that the tests find a program: looks for it first, then gets it in the least invasive way that works, a
 * browser into the user's cache rather than into the system.
 *
 * @param mayInstall false to look only
 * @throws {Error} with the one command that helps, if there is no way
 */
export function provideProgram(program: ProgramName, computer: Computer, mayInstall: boolean): string {
  const there = computer.working(program);
  if (there !== undefined) return there;
  for (const { says, isOpen, commands } of mayInstall ? waysTo(program, computer) : []) {
    if (!isOpen()) continue;
    computer.say(`${program} is missing: ${says}`);
    if (!commands().every((command) => computer.run(command))) continue;
    const provided = computer.working(program);
    if (provided !== undefined) return provided;
  }
  throw new Error(`The tests need ${program}, and there is none. This helps: ${adviceFor(program, computer)}`);
}

function waysTo(program: ProgramName, computer: Computer): readonly Way[] {
  const asRoot = (...command: string[]) => (computer.isRoot ? command : ['sudo', '-n', ...command]);
  const hasApt = () => computer.has('apt-get') && (computer.isRoot || computer.run(['sudo', '-n', 'true']));
  const aptGet: Way = {
    says: 'installing it with apt-get',
    isOpen: hasApt,
    commands: () => [asRoot('apt-get', 'update', '-qq'), asRoot('apt-get', 'install', '-y', '-qq', program)],
  };
  const brew: Way = {
    says: 'installing it with brew',
    isOpen: () => computer.has('brew'),
    commands: () => [['brew', 'install', '--quiet', ...(program === 'chromium' ? ['--cask'] : []), program]],
  };
  if (program === 'mosquitto') return [aptGet, brew];
  const download: Way = {
    says: "getting Playwright's own, into your cache",
    isOpen: () => true,
    commands: () => [[...playwright, 'install', '--no-shell', 'chromium']],
  };
  const libraries: Way = {
    says: "installing the libraries that Playwright's own needs",
    isOpen: () => computer.hasPlaywrightBrowser() && hasApt(),
    commands: () => [asRoot(...playwright, 'install-deps', 'chromium')],
  };
  return [download, libraries, aptGet, brew];
}

function adviceFor(program: ProgramName, computer: Computer): string {
  if (computer.has('brew')) return `brew install ${program === 'chromium' ? '--cask ' : ''}${program}`;
  return `${computer.isRoot ? '' : 'sudo '}apt-get install ${program}`;
}
