import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A node of a flow as it stands in a flow file. */
export type FlowNode = { readonly id: string; readonly type: string } & Readonly<Record<string, unknown>>;

export type FlowCredentials = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Has a user directory of Node-RED use packages from where they are, as `npm install <folder>` would: this one, and
 * others by their names.
 */
export async function linkPackage(
  userDir: string,
  packageDir: string,
  others: Readonly<Record<string, string>> = {},
): Promise<void> {
  const folders = Object.entries({ '@ochno/node-red-ochno': packageDir, ...others });
  for (const [name, folder] of folders) {
    const link = join(userDir, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await rm(link, { recursive: true, force: true });
    await symlink(folder, link, 'dir');
  }
  const dependencies = Object.fromEntries(folders.map(([name]) => [name, '*']));
  await writeFile(
    join(userDir, 'package.json'),
    JSON.stringify({ name: 'user-directory', version: '0.0.1', dependencies }),
  );
}

export async function writeFlow(
  userDir: string,
  flow: readonly FlowNode[],
  credentials: FlowCredentials,
): Promise<void> {
  await writeFile(join(userDir, 'flows.json'), JSON.stringify(flow));
  await writeFile(join(userDir, 'flows_cred.json'), JSON.stringify(credentials));
}

/** Settings under which nothing leaves this computer and nothing waits for a user. */
export function quietSettings(port: number): Record<string, unknown> {
  return {
    uiHost: '127.0.0.1',
    uiPort: port,
    flowFile: 'flows.json',
    credentialSecret: false,
    telemetry: { enabled: false, updateNotification: false },
    // The tests of the dashboard have Node-RED find one beside itself, which the others did not ask for.
    externalModules: { palette: { allowInstall: false, denyList: ['@flowfuse/node-red-dashboard'] } },
    editorTheme: { tours: false },
    // What waits for a line of the log reads English.
    lang: 'en-US',
  };
}

/**
 * Turns off the tips of the editor's info tab for people who do not log in. Node-RED 5 shows the first of them a second
 * after it has read its settings, but makes the box for it only once its list of keys has come: on a busy machine that is
 * later, and the editor's own script fails.
 */
export async function turnOffTips(userDir: string): Promise<void> {
  const settings = { _: { editor: { view: { 'view-show-tips': false } } } };
  await writeFile(join(userDir, '.config.users.json'), JSON.stringify(settings));
}

/** Writes `settings.js`. With it, Node-RED ends when the process that started it is gone, even if that was killed. */
export async function writeSettings(userDir: string, settings: Readonly<Record<string, unknown>>): Promise<void> {
  const lines = [
    `module.exports = ${JSON.stringify(settings, undefined, 2)};`,
    `process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));`,
  ];
  await writeFile(join(userDir, 'settings.js'), `${lines.join('\n')}\n`);
}
