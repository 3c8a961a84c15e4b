import { types } from 'node:util';
import { OchnoError } from '../../src/protocol/ochno-error';
import type { Message, Runtime, RuntimeNode } from './node-red';
import type { Reading } from './options/option-reading';
import { failureSign } from './status/status';
import type { StatusLight } from './status/status-light';

/** Sends a message on before the one at work has its outcome. */
export type SendMessage = (msg: Message) => void;

/**
 * What a node does with a message: the message to send on, or nothing if its work was taken over by a newer one or all was
 * sent with `send`. Throwing makes it the message's error; `signal` says that the node is closed.
 */
export type InputWork = (msg: Message, signal: AbortSignal, send: SendMessage) => Promise<Message | undefined>;

/**
 * Lets a node work on its input. Every message has exactly one outcome: sent and done, done alone, or done with an error,
 * which is at the latest `OCHNO_CLOSED` when the node closes. If the node can't work now, the reason is the message's error
 * and the status stays as it is.
 */
export function onInput(RED: Runtime, node: RuntimeNode, light: StatusLight, findWork: () => Reading<InputWork>): void {
  const pending = new Set<PendingInput>();
  // One for all messages: making one for each would be a tenth of what a command costs.
  const closing = new AbortController();
  node.on('input', (msg, send, done) => {
    const fail = (error: unknown): void => tellFailure(RED, node, { msg, done }, error);
    const work = findWork();
    if (!work.ok) {
      fail(work.problem);
      return;
    }
    const input = new PendingInput({ msg, send, done, fail }, light, () => pending.delete(input));
    pending.add(input);
    // A rejection out of an input handler would end Node-RED.
    input.run(work.value, closing.signal).catch((error: unknown) => node.error(error));
  });
  node.on('close', () => {
    for (const input of [...pending]) input.close();
    closing.abort();
  });
}

/** A message as the runtime hands it to an input handler. */
interface Delivery {
  readonly msg: Message;
  readonly send: (msg: Message) => void;
  readonly done: (error?: Error) => void;
  readonly fail: (error: unknown) => void;
}

class PendingInput {
  readonly #delivery: Delivery;
  readonly #light: StatusLight;
  readonly #forget: () => void;
  #settled = false;

  constructor(delivery: Delivery, light: StatusLight, forget: () => void) {
    this.#delivery = delivery;
    this.#light = light;
    this.#forget = forget;
  }

  /** Rejects only if the runtime itself fails to take the outcome. */
  async run(work: InputWork, signal: AbortSignal): Promise<void> {
    try {
      this.#light.begin();
      const { msg, send } = this.#delivery;
      const answer = await work(msg, signal, send);
      // Before it counts as settled: where sending throws, that is the outcome.
      if (answer && !this.#settled) send(answer);
    } catch (error) {
      this.#fail(error);
    }
    this.#succeed();
  }

  close(): void {
    this.#fail(new OchnoError('OCHNO_CLOSED', 'The node was closed; what was already sent may still take effect'));
  }

  #succeed(): void {
    if (!this.#settle()) return;
    this.#light.end();
    this.#delivery.done();
  }

  #fail(error: unknown): void {
    if (!this.#settle()) return;
    this.#light.end(failureSign(error));
    this.#delivery.fail(error);
  }

  /** Whether this is the first outcome. */
  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.#forget();
    return true;
  }
}

/**
 * The runtime copies the message for Catch nodes, which fails with one that nests too deep or has a property that throws when
 * read: they then get what can be copied of it.
 */
function tellFailure(
  RED: Runtime,
  node: RuntimeNode,
  { msg, done }: Pick<Delivery, 'msg' | 'done'>,
  error: unknown,
): void {
  // What a flow throws is of another realm.
  const reason = types.isNativeError(error) ? error : new Error(String(error));
  try {
    tellStatus(msg, error);
    done(reason);
  } catch {
    const told = copyablePart(RED, msg);
    tellStatus(told, error);
    node.error(reason, told);
  }
}

function copyablePart(RED: Runtime, msg: Message): Message {
  const part: Message = { _msgid: msg._msgid };
  for (const name of Object.keys(msg)) {
    try {
      Object.assign(part, RED.util.cloneMessage({ _msgid: msg._msgid, [name]: msg[name] }));
    } catch {
      // This is what the runtime could not copy either.
    }
  }
  return part;
}

/**
 * Of an error Catch passes on its code and cause only; the message can carry the status code. What an earlier answer left
 * must not stay: an http response behind Catch would pass on its code, and its headers are not those of this one.
 */
function tellStatus(msg: Message, error: unknown): void {
  delete msg.headers;
  if (error instanceof OchnoError && error.statusCode !== undefined) msg.statusCode = error.statusCode;
  else delete msg.statusCode;
}
