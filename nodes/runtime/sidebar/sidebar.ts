import { lookTopic, type Told, toldTopic } from '../../sidebar-messages';
import { type DeployPhase, deployPhaseOf } from '../deploy-phase';
import type { Runtime } from '../node-red';
import { type CommsUser, mayDo } from './permission';
import type { Watching } from './watching';

/** A message of an editor as Node-RED's runtime passes it on. */
interface CommsMessage {
  readonly session: string;
  readonly user?: CommsUser | null;
  readonly data: unknown;
}

/**
 * The runtime half of the sidebar. Idle until an editor looks: what it takes is loaded with the first look. Node-RED
 * checks no permission for what comes over its comms, and any user who is logged in can send anything on them.
 */
export function registerSidebar(RED: Runtime): void {
  const isGuarded = 'adminAuth' in RED.settings && RED.settings.adminAuth !== undefined;
  const tell = (session: string, data: Told): void => {
    RED.events.emit('comms', { topic: toldTopic, data, session });
  };
  const deploy = deployPhaseOf(RED);
  let loaded: Promise<Watching> | undefined;
  const watching = (): Promise<Watching> => {
    loaded ??= startWatching(RED, deploy, tell);
    return loaded;
  };
  RED.events.on(`comms:message:${lookTopic}`, ({ session, user, data }: CommsMessage) => {
    if (!mayDo(user, 'ochno-config.read', isGuarded)) return tell(session, { kind: 'not permitted' });
    watching()
      .then((started) => started.look(session, data))
      .catch((error: unknown) => logFault(RED, error));
  });
  RED.httpAdmin.get('/ochno/building', RED.auth.needsPermission('ochno-config.read'), (request, response) => {
    const { account, company } = request.query;
    Promise.all([watching(), import('./send-lines')])
      .then(async ([started, { sendLines }]) => {
        const lines = started.read({ account: String(account ?? ''), company: String(company ?? '') });
        await sendLines(lines, request, response);
      })
      .catch((error: unknown) => {
        logFault(RED, error);
        response.destroy();
      });
  });
  RED.httpAdmin.post('/ochno/act', RED.auth.needsPermission('ochno-config.write'), (request, response) => {
    Promise.all([import('./carry-out'), deploy.over()])
      .then(([{ carryOut }]) => carryOut(RED, request.body))
      .then((answer) => response.json(answer))
      .catch((error: unknown) => {
        logFault(RED, error);
        response.status(500).end();
      });
  });
}

async function startWatching(
  RED: Runtime,
  deploy: DeployPhase,
  tell: (session: string, told: Told) => void,
): Promise<Watching> {
  const { Watching } = await import('./watching');
  const watching = new Watching(RED, deploy, tell);
  RED.events.on('flows:started', () => watching.refresh());
  RED.events.on('comms:connection-removed', ({ session }: CommsMessage) => watching.leave(session));
  return watching;
}

/** Whatever comes here is a fault of ours. */
function logFault(RED: Runtime, error: unknown): void {
  RED.log.error(`The Ochno sidebar: ${error instanceof Error ? error.message : String(error)}`);
}
