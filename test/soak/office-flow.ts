import { actionOutDefaults, configDefaults, portInDefaults, restDefaults } from '../../nodes/options';
import type { FlowCredentials, FlowNode } from '../support/node-red-process';

/** What the office's flow needs to know of its platform. */
export interface OfficePlatform {
  readonly server: string;
  readonly email: string;
  readonly password: string;
  readonly wrongPassword: string;
}

const company = 'r2d2i5b43';
const account = 'account1';
const wrongAccount = 'account2';

/** Everything of a message but the request it belongs to; first to be answered, where there is one, then to be shown. */
const answer =
  'const { req, res, ...rest } = msg; rest.payload = JSON.stringify(rest); return [res && { ...rest, res }, rest];';
/** What a request's body holds goes to where the nodes look for it. */
const unpack = 'return { ...msg, ...msg.payload };';

/**
 * Everything the package can do, each kind of use at a path of its own, and every message and error shown in the log. No
 * id may equal an option's value: Node-RED would take that for a reference.
 */
export function officeFlow(server: string): readonly FlowNode[] {
  const on = { z: 'tab1' };
  const uses = (path: string, node: FlowNode): readonly FlowNode[] => [
    { id: `${path}-in`, type: 'http in', ...on, url: `/${path}`, method: 'post', wires: [[`${path}-unpack`]] },
    { id: `${path}-unpack`, type: 'function', ...on, func: unpack, wires: [[node.id]] },
    { ...node, ...on, wires: [['answer1']] },
  ];
  return [
    { id: 'tab1', type: 'tab', label: 'Office' },
    { id: account, type: 'ochno-config', ...configDefaults, server, company },
    { id: wrongAccount, type: 'ochno-config', ...configDefaults, server, company },
    {
      id: 'events1',
      type: 'ochno-port-in',
      ...portInDefaults,
      ...on,
      account,
      initial: 'connect',
      wires: [['shown1']],
    },
    { id: 'events2', type: 'ochno-port-in', ...portInDefaults, ...on, account: wrongAccount, wires: [['shown1']] },
    ...uses('lamp', {
      ...{ id: 'lamp1', type: 'ochno-action-out', ...actionOutDefaults, account, confirm: true, timeout: 2 },
    }),
    ...uses('rest', { id: 'rest1', type: 'ochno-rest', ...restDefaults, account, timeout: 2 }),
    ...uses('locked', { id: 'rest2', type: 'ochno-rest', ...restDefaults, account: wrongAccount, timeout: 2 }),
    { id: 'catch1', type: 'catch', ...on, wires: [['answer1']] },
    { id: 'status1', type: 'status', ...on, wires: [['shown1']] },
    { id: 'answer1', type: 'function', ...on, func: answer, outputs: 2, wires: [['response1'], ['shown1']] },
    { id: 'response1', type: 'http response', ...on, wires: [] },
    { id: 'shown1', type: 'debug', ...on, active: true, console: true, complete: 'true', wires: [] },
  ];
}

export function officeCredentials({ email, password, wrongPassword }: OfficePlatform): FlowCredentials {
  return { [account]: { email, password }, [wrongAccount]: { email, password: wrongPassword } };
}
