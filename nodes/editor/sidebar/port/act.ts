import type { Act, ActAnswer, Failure } from '../../../sidebar-messages';
import { isNotPermitted, postJson } from '../../dialog/request';

/** Why a request to Node-RED itself failed, in a code of ours: its catalogue says the rest. */
export function requestFailure(error: unknown): Failure {
  return { code: isNotPermitted(error) ? 'not-permitted' : 'no-answer', message: '' };
}

/** Has Node-RED do something at a port; what went wrong, if anything did. */
export async function act(wanted: Act): Promise<Failure | undefined> {
  try {
    const answer = (await postJson('ochno/act', wanted)) as ActAnswer;
    return answer.state === 'failed' ? answer.failure : undefined;
  } catch (error) {
    return requestFailure(error);
  }
}

/**
 * Sends the newest of what is asked for in quick succession, as from a slider that is dragged, one at a time: what came
 * while one was under way is sent after it.
 */
export class LatestAct {
  readonly #send: (wanted: Act) => Promise<void>;
  #next: Act | undefined;
  #isSending = false;

  constructor(send: (wanted: Act) => Promise<void>) {
    this.#send = send;
  }

  async ask(wanted: Act): Promise<void> {
    this.#next = wanted;
    if (this.#isSending) return;
    this.#isSending = true;
    while (this.#next !== undefined) {
      const now: Act = this.#next;
      this.#next = undefined;
      await this.#send(now);
    }
    this.#isSending = false;
  }
}
