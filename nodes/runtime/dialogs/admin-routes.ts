import { CallQueue, TooManyCalls } from '../../../src/client/time/call-queue';
import { deployPhaseOf } from '../deploy-phase';
import type { Runtime } from '../node-red';

/** The admin applications that have the routes: a node set may be loaded again, an application is asked once. */
const equipped = new WeakSet<object>();

/**
 * Adds what the edit dialogs ask the runtime for. Headless, Node-RED's `httpAdmin` is a stand-in that only knows `get`,
 * `post`, `put` and `delete`. The routes outlive a deploy: they look the account up at each call. What answers them is
 * loaded with the first call.
 */
export function registerAdminRoutes(RED: Runtime): void {
  if (equipped.has(RED.httpAdmin)) return;
  equipped.add(RED.httpAdmin);
  addRoute(RED, 'test-connection', async (body) => {
    const { testTypedAccount } = await import('./typed-account');
    return testTypedAccount(RED, body);
  });
  addRoute(RED, 'places', async (body) => {
    const { answerPlaces } = await import('./answer-places');
    return answerPlaces(RED, body);
  });
  addRoute(RED, 'port-values', async (body) => {
    const { answerPortValues } = await import('./answer-port-values');
    return answerPortValues(RED, body);
  });
  addRoute(RED, 'try', async (body) => {
    const { answerTry } = await import('./answer-try');
    return answerTry(RED, body);
  });
}

/** A person looks at one dialog at a time; a few may work, and a script that asks without end is told to stop. */
const turns = new CallQueue(4, 100);

/** The request makes the server log in to where its sender says, so it takes a POST and the right to write. */
function addRoute(RED: Runtime, name: string, answer: (body: unknown) => Promise<object>): void {
  RED.httpAdmin.post(`/ochno/${name}`, RED.auth.needsPermission('ochno-config.write'), (request, response) => {
    const answerIfWanted = async (): Promise<object> => {
      // Until then the account that is deployed is not there, nor what it holds.
      await deployPhaseOf(RED).over();
      // Whoever has closed the dialog meanwhile wants no answer.
      return response.destroyed ? {} : answer(request.body);
    };
    turns.run(answerIfWanted).then(
      (found) => response.json(found),
      (error: unknown) => {
        const isTooMany = error instanceof TooManyCalls;
        // Whatever is left is a fault of ours; its text may hold anything.
        const message = isTooMany ? 'Too many requests at once: try again' : 'The request could not be answered';
        response.status(isTooMany ? 503 : 500).json({ state: 'failed', message });
      },
    );
  });
}
