import { OchnoError } from '../../../src/protocol/ochno-error';
import {
  connectionTestSteps,
  type ConnectionTestStep as Step,
} from '../../../src/protocol/stream/connection-test-step';
import type { Runtime } from '../node-red';
import { readTypedAccount } from './typed-account';

/** Tries an account as it stands in an open edit dialog, step by step. */
export async function testTypedAccount(RED: Runtime, body: unknown): Promise<{ readonly steps: readonly Step[] }> {
  try {
    const { options } = readTypedAccount(RED, body);
    const { testConnection } = await import('../../../src/client/connection-test');
    return { steps: await testConnection(options) };
  } catch (error) {
    if (!(error instanceof OchnoError)) throw error;
    return {
      steps: connectionTestSteps.map((step, index) =>
        index === 0 ? failed(step, error) : { step, state: 'not tried' },
      ),
    };
  }
}

function failed(step: Step['step'], { code, problem, message }: OchnoError): Step {
  return { step, state: 'failed', reason: code, problem, message };
}
