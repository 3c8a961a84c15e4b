import { relative } from 'node:path';
import type { Demo } from './demo';
import type { OpenDemo } from './demo-lock';

/** What `npm start` prints when everything runs: what to open, and what to try. */
export function welcome(demo: Demo, flows: 'fresh' | 'kept'): string {
  const { url, email, password } = demo.simulator;
  return `
  The demo office is open. Have both pages side by side:

    Editor     ${demo.editorUrl}
    Building   ${url}/
${demo.dashboardUrl === undefined ? '' : `    Dashboard  ${demo.dashboardUrl}\n`}${demo.takenPorts.map((line) => `\n  ${line}\n`).join('')}
  Try this
    1. Editor, flow "Demo office": press the square button left of "100 %". The lamp at desk 1 lights up in the
       building, and its own event comes back in the debug sidebar (the bug at the top right).
    2. Building: press "Walk through" in the room of desk 2. The sensor there sees someone, and its lamp fades up.
    3. Building: click the laptop at desk 2 to unplug it. The flow tells of it.
    4. Editor: press "Goople & Sons". The company has a new name.
    5. Editor: menu > Import > Examples > @ochno/node-red-ochno has a flow for every node, and recipes. If it
       says that some nodes exist already, choose "Import copy": they work with this office at once.

  An account of your own flow for this office
    Server     ${url}
    E-mail     ${email}
    Password   ${password}
${flows === 'kept' ? kept : ''}
  Node-RED's log is in ${relative('', demo.logFile)}. Ctrl-C stops everything.
`;
}

/** What a second `npm start` prints. */
export function alreadyOpen({ editor, building }: OpenDemo): string {
  return `
  Already open at

    Editor     ${editor}
    Building   ${building}

  Nothing was touched. Ctrl-C where it was started closes it; "npm start -- --directory <dir>" opens another one.
`;
}

const kept = `
  Your own flows from last time are still there. "npm start -- --fresh" lays out the demo flow again.
`;
