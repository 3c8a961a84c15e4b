import { isPlainObject } from '../../../src/protocol/json/plain-object';
import { selects } from '../../../src/protocol/topics/address';
import { parseIdList } from '../../../src/protocol/topics/ids';
import type { PortValuesAnswer } from '../../dialog-messages';
import type { Runtime } from '../node-red';
import { lookUp } from './answer-places';
import { failedAnswer } from './failed-answer';

/** Enough to see what there is; a whole building's state would fill the dialog. */
const mostPorts = 40;

/**
 * Answers a dialog what the ports of an address say now, those first that have something plugged in.
 *
 * @param body `{account, company, location, hub, port}`; the account as an edit dialog holds it, the others as in a
 * selecting node
 */
export async function answerPortValues(RED: Runtime, body: unknown): Promise<PortValuesAnswer> {
  try {
    const { location, hub, port } = isPlainObject(body) ? body : {};
    const wants = {
      locations: parseIdList('location', String(location ?? '')),
      hubs: parseIdList('hub', String(hub ?? '')),
      ports: parseIdList('port', String(port ?? '')),
    };
    const { found } = await lookUp(RED, body);
    const company = '';
    const chosen = found.ports.filter(({ location, hub, id }) =>
      selects({ company, ...wants }, { company, location, hub, port: id }),
    );
    const ranked = [...chosen.filter(({ device }) => device !== ''), ...chosen.filter(({ device }) => device === '')];
    const ports = ranked
      .slice(0, mostPorts)
      .map(({ name, id, state }) => ({ name: name || id, event: { data: state } }));
    return { state: 'ok', ports };
  } catch (error) {
    return failedAnswer(error);
  }
}
