import { isPlainObject } from '../../../src/protocol/json/plain-object';
import { quoted } from '../../../src/protocol/json/quoted';
import { OchnoError } from '../../../src/protocol/ochno-error';
import type { PortAddress } from '../../../src/protocol/topics/address';
import { checkId } from '../../../src/protocol/topics/ids';
import type { ActAnswer } from '../../sidebar-messages';
import type { Account } from '../account/shared-account';
import type { Runtime } from '../node-red';
import { failureOf } from './account-overview';
import { findDeployedAccount } from './deployed-accounts';

const timeoutMs = 10_000;

/** Does what somebody asked for in the sidebar: who may is for the route to see to. */
export async function carryOut(RED: Runtime, body: unknown): Promise<ActAnswer> {
  try {
    const { account, address, act } = readAct(RED, body);
    if (act.act === 'identify') await account.identify(address);
    else await account.send({ targets: [address], command: act.act, value: act.value, confirm: false, timeoutMs });
    return { state: 'ok' };
  } catch (error) {
    return { state: 'failed', failure: failureOf(error) };
  }
}

/** An `Act` whose value nobody has checked yet. */
type Wanted = { readonly act: 'identify' } | { readonly act: 'lamp' | 'device'; readonly value: unknown };

function readAct(
  RED: Runtime,
  body: unknown,
): { readonly account: Account; readonly address: PortAddress; readonly act: Wanted } {
  const { address, act, value } = isPlainObject(body) ? body : {};
  const fields = isPlainObject(address) ? address : {};
  const id = typeof fields.account === 'string' ? fields.account : '';
  const opened = findDeployedAccount(RED, id)?.shared.open();
  if (opened === undefined)
    throw new OchnoError(
      'OCHNO_VALUE',
      `The account ${quoted(id)} is not deployed, or the flows do not run: deploy or start them`,
    );
  if (!opened.ok) throw opened.problem;
  const idOf = (level: 'company' | 'location' | 'hub' | 'port'): string => checkId(level, String(fields[level] ?? ''));
  const port = { company: idOf('company'), location: idOf('location'), hub: idOf('hub'), port: idOf('port') };
  if (act === 'identify') return { account: opened.value, address: port, act: { act } };
  if (act === 'lamp' || act === 'device') return { account: opened.value, address: port, act: { act, value } };
  throw new OchnoError('OCHNO_VALUE', `${quoted(String(act))} is not something the sidebar can do`);
}
