import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { readExample, sharedAccountId } from '../examples/example-files';
import {
  type FlowCredentials,
  type FlowNode,
  linkPackage,
  quietSettings,
  writeFlow,
  writeSettings,
} from '../support/user-directory';

const root = resolve(__dirname, '../..');
const demoFlow = 'A whole demo office';

/** What the demo's account is to know of the simulated platform. */
export interface DemoPlatform {
  readonly url: string;
  readonly email: string;
  readonly password: string;
}

export interface DemoLayout {
  readonly editorPort: number;
  /** Lay the flows out again, whatever was changed. */
  readonly fresh: boolean;
  /** Lay out the dashboard of the documentation as well. */
  readonly dashboard: boolean;
}

const dashboardPackage = '@flowfuse/node-red-dashboard';

/**
 * Makes a user directory ready for Node-RED: this package, the demo flow, and an account of the simulated platform. Flows
 * that were changed since they were laid out there are kept, unless fresh ones are wanted: then they are put aside.
 *
 * @returns whether the demo flow was laid out or the user's own flows were kept
 */
export async function prepareDemoDirectory(
  directory: string,
  platform: DemoPlatform,
  layout: DemoLayout,
): Promise<'fresh' | 'kept'> {
  await mkdir(directory, { recursive: true });
  const dashboard = dirname(require.resolve(`${dashboardPackage}/package.json`));
  await linkPackage(directory, root, layout.dashboard ? { [dashboardPackage]: dashboard } : {});
  await writeSettings(directory, {
    ...quietSettings(layout.editorPort),
    ...(layout.dashboard ? { externalModules: { palette: { allowInstall: false } } } : {}),
    editorTheme: { tours: false, page: { title: 'Ochno demo' }, header: { title: 'Ochno demo' } },
  });
  const complete = (flow: readonly FlowNode[]) => (layout.dashboard ? withDashboard(flow) : flow);
  const own = await readOwnFlow(directory);
  if (own && !layout.fresh) {
    const credentials = { ...(await readCredentials(directory)), ...credentialsOf(platform) };
    await writeFlow(directory, withServer(await complete(own), platform.url), credentials);
    return 'kept';
  }
  if (own) await rename(join(directory, 'flows.json'), join(directory, 'flows-before.json'));
  const flow = withServer(await complete(readExample(demoFlow)), platform.url);
  await writeFlow(directory, flow, credentialsOf(platform));
  await writeFile(join(directory, 'flows-laid-out.json'), JSON.stringify(flow));
  return 'fresh';
}

/** Adds what the page of the documentation has imported, but for what is there already. */
async function withDashboard(flow: readonly FlowNode[]): Promise<readonly FlowNode[]> {
  const dashboard: readonly FlowNode[] = JSON.parse(await readFile(join(root, 'docs/dashboard-flow.json'), 'utf8'));
  const present = new Set(flow.map(({ id }) => id));
  return [...flow, ...dashboard.filter(({ id }) => !present.has(id))];
}

/** The flow in the directory, if it is another than was laid out there. */
async function readOwnFlow(directory: string): Promise<readonly FlowNode[] | undefined> {
  const [present, laidOut] = await Promise.all([
    readText(join(directory, 'flows.json')),
    readText(join(directory, 'flows-laid-out.json')),
  ]);
  return present === undefined || present === laidOut ? undefined : JSON.parse(present);
}

async function readCredentials(directory: string): Promise<FlowCredentials> {
  return JSON.parse((await readText(join(directory, 'flows_cred.json'))) ?? '{}');
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    // Nothing was laid out there yet.
    return undefined;
  }
}

/** The simulated platform may be on another port than last time. A server the user typed in is left alone. */
function withServer(flow: readonly FlowNode[], url: string): readonly FlowNode[] {
  const isOurs = ({ id, server }: FlowNode): boolean =>
    id === sharedAccountId &&
    (server === 'https://operated.ochno.com' || /^http:\/\/127\.0\.0\.1:/.test(String(server)));
  return flow.map((node) => (isOurs(node) ? { ...node, server: url } : node));
}

function credentialsOf({ email, password }: DemoPlatform): FlowCredentials {
  return { [sharedAccountId]: { email, password } };
}
