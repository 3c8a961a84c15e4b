import { actionOutDefaults, portInDefaults } from '../../nodes/options';
import { accountId, type EditorBench, type OpenOptions } from '../support/editor-bench';
import type { EditorPage } from '../support/editor-page';
import type { FlowNode } from '../support/node-red-process';
import { SidebarPage } from '../support/sidebar-page';

const place = (y: number) => ({ account: accountId, z: 'tab', x: 200, y, wires: [[]] });

/** An action-out of a lamp of the building. */
export const lampNode: FlowNode = {
  ...{ id: 'out', type: 'ochno-action-out', ...actionOutDefaults, ...place(120) },
  ...{ location: 'loc1', hub: 'hub1', port: 'port1' },
};

/** A port in of the sensor beside it. */
export const sensorNode: FlowNode = {
  ...{ id: 'in', type: 'ochno-port-in', ...portInDefaults, ...place(60) },
  ...{ location: 'loc1', hub: 'hub1', port: 'port2' },
};

/** An editor with the sidebar in front. */
export interface Opened {
  readonly editor: EditorPage;
  readonly sidebar: SidebarPage;
}

/** Opens the sidebar beside a flow of these nodes. */
export async function openSidebar(
  bench: EditorBench,
  nodes: readonly FlowNode[] = [],
  options: OpenOptions = {},
): Promise<Opened> {
  const editor = await bench.open([bench.account(), ...nodes], options);
  return { editor, sidebar: await SidebarPage.open(editor) };
}

/** What the editor has of a type, deployed or not. */
export async function nodesOf(editor: EditorPage, type: string): Promise<readonly FlowNode[]> {
  return (await editor.state()).flow.filter((node) => node.type === type);
}
