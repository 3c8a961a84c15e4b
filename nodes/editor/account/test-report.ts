import { connectionReasons } from '../../../src/protocol/ochno-error';
import { type ConnectionTestStep, connectionTestSteps } from '../../../src/protocol/stream/connection-test-step';

/** One step as the account route reports it: as it came over the wire, its reason is any text. */
export type TestStep = Pick<ConnectionTestStep, 'step' | 'state'> & {
  readonly reason?: string;
  readonly message?: string;
};

const states: readonly string[] = ['ok', 'failed', 'not tried'];

function textIn(value: object, property: string): string | undefined {
  const text: unknown = Reflect.get(value, property);
  return typeof text === 'string' ? text : undefined;
}

/** All four steps in order; one that the answer leaves out was not tried. Undefined where it is no report at all. */
export function readTestReport(answer: unknown): readonly TestStep[] | undefined {
  if (typeof answer !== 'object' || answer === null || !('steps' in answer) || !Array.isArray(answer.steps)) {
    return undefined;
  }
  const steps: readonly unknown[] = answer.steps;
  return connectionTestSteps.map((step) => {
    const found = steps.find(
      (one): one is object => typeof one === 'object' && one !== null && Reflect.get(one, 'step') === step,
    );
    const state = found === undefined ? undefined : textIn(found, 'state');
    if (found === undefined || state === undefined || !states.includes(state)) return { step, state: 'not tried' };
    const reason = textIn(found, 'reason');
    const message = textIn(found, 'message');
    return {
      step,
      state: state === 'ok' ? 'ok' : state === 'failed' ? 'failed' : 'not tried',
      ...(reason === undefined ? {} : { reason }),
      ...(message === undefined ? {} : { message }),
    };
  });
}

const hinted: readonly string[] = [...connectionReasons, 'value', 'login', 'http', 'network'];

/** The catalogue's key of what to do about it: `OCHNO_LOGIN` and `tls` have one each, the unknown has a general one. */
export function hintKey(reason: string | undefined): string {
  const name = (reason ?? '').replace(/^OCHNO_/, '').toLowerCase();
  const known = hinted.includes(name) ? name : 'other';
  return `hint.${known}`;
}
