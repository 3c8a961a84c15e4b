import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram, needProgram, type ProgramName } from './find-program';
import { type Computer, provideProgram } from './provide-program';

interface Imagined {
  readonly isRoot?: boolean;
  readonly has?: readonly string[];
  /** Commands that end well; what a command holds is enough to name it. */
  readonly works?: readonly string[];
  /** The command after which the program is there; empty if it is from the start. */
  readonly thereAfter?: string;
  readonly isDownloaded?: boolean;
}

/** A computer on which nothing is installed in earnest. */
function imagine({ isRoot = false, has = [], works = [], thereAfter, isDownloaded = false }: Imagined) {
  const ran: string[] = [];
  const said: string[] = [];
  let isThere = thereAfter === '';
  const computer: Computer = {
    isRoot,
    has: (name) => has.includes(name),
    working: (program: ProgramName) => (isThere ? `/found/${program}` : undefined),
    hasPlaywrightBrowser: () => isDownloaded,
    run(command) {
      const text = command.join(' ');
      ran.push(text);
      if (thereAfter !== undefined && thereAfter !== '' && text.includes(thereAfter)) isThere = true;
      return works.some((part) => text.includes(part));
    },
    say: (line) => said.push(line),
  };
  return { computer, ran, said };
}

describe('the programs that the tests need', () => {
  it('are left alone where they are there', () => {
    const { computer, ran, said } = imagine({ thereAfter: '', isRoot: true, has: ['apt-get'] });
    assert.equal(provideProgram('mosquitto', computer, true), '/found/mosquitto');
    assert.deepEqual([ran, said], [[], []]);
  });

  it("come into the user's cache before anything is asked of the system", () => {
    const { computer, ran, said } = imagine({ works: ['install'], thereAfter: 'install --no-shell', isRoot: true });
    assert.equal(provideProgram('chromium', computer, true), '/found/chromium');
    assert.equal(ran.length, 1);
    assert.deepEqual(said, ["chromium is missing: getting Playwright's own, into your cache"]);
  });

  it('get the libraries they lack if that is all they lack', () => {
    const { computer, ran } = imagine({
      isRoot: true,
      has: ['apt-get'],
      works: ['install'],
      isDownloaded: true,
      thereAfter: 'install-deps',
    });
    assert.equal(provideProgram('chromium', computer, true), '/found/chromium');
    assert.match(ran.at(-1) ?? '', /install-deps chromium$/);
  });

  it('are installed by apt-get if there is no way to download them, each way said in one line', () => {
    const { computer, ran, said } = imagine({
      isRoot: true,
      has: ['apt-get'],
      works: ['apt-get'],
      thereAfter: 'apt-get install',
    });
    assert.equal(provideProgram('chromium', computer, true), '/found/chromium');
    assert.deepEqual(ran.slice(-2), ['apt-get update -qq', 'apt-get install -y -qq chromium']);
    assert.equal(said.length, 2);
  });

  it('are installed with sudo only if it asks for no password', () => {
    const withSudo = imagine({ has: ['apt-get'], works: ['sudo -n'], thereAfter: 'apt-get install' });
    assert.equal(provideProgram('mosquitto', withSudo.computer, true), '/found/mosquitto');
    assert.ok(withSudo.ran.includes('sudo -n apt-get install -y -qq mosquitto'));
    const without = imagine({ has: ['apt-get'] });
    assert.throws(
      () => provideProgram('mosquitto', without.computer, true),
      /This helps: sudo apt-get install mosquitto$/,
    );
    assert.deepEqual(without.ran, ['sudo -n true']);
  });

  it('are installed by brew on macOS', () => {
    const { computer, ran } = imagine({ has: ['brew'], works: ['brew'], thereAfter: 'brew' });
    assert.equal(provideProgram('mosquitto', computer, true), '/found/mosquitto');
    assert.deepEqual(ran, ['brew install --quiet mosquitto']);
  });

  it('are not installed if that is forbidden: one command that helps is told', () => {
    const { computer, ran } = imagine({ isRoot: true, has: ['apt-get'], works: ['apt-get'], thereAfter: 'install' });
    assert.throws(() => provideProgram('chromium', computer, false), /This helps: apt-get install chromium$/);
    assert.deepEqual(ran, []);
  });
});

describe('a program that is looked for', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ochno-programs-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is the first on the path that may be run', () => {
    writeFileSync(join(folder, 'mosquitto'), '', { mode: 0o755 });
    assert.equal(findProgram('mosquitto', { PATH: `/nowhere:${folder}` }), join(folder, 'mosquitto'));
  });

  it('is the one that the variable names, and no other', () => {
    writeFileSync(join(folder, 'mine'), '', { mode: 0o755 });
    writeFileSync(join(folder, 'chromium'), '', { mode: 0o755 });
    assert.equal(findProgram('chromium', { PATH: folder, CHROMIUM: join(folder, 'mine') }), join(folder, 'mine'));
    assert.throws(
      () => needProgram('chromium', { PATH: folder, CHROMIUM: join(folder, 'not-there') }),
      /needs chromium: "npm test" gets it, or name yours in the environment variable CHROMIUM/,
    );
  });
});
