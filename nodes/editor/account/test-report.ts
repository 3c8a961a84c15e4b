import { isPlainObject } from '../../../src/protocol/json/plain-object';
import type { Problem } from '../../../src/protocol/ochno-error';
import type { Listed } from '../../../src/protocol/rest/listed-places';
import {
  type ConnectionTestStep,
  connectionTestSteps,
  policyLimits,
} from '../../../src/protocol/stream/connection-test-step';
import type { Failure } from '../dialog/failure-text';

/** One step as the account route reports it. */
export interface TestStep extends Failure, Pick<ConnectionTestStep, 'step' | 'state' | 'limits'> {
  readonly companies?: readonly Listed[];
}

const states = ['ok', 'failed', 'not tried'] as const;

function textIn(value: Readonly<Record<string, unknown>>, property: 'reason' | 'said'): Failure {
  const text = value[property];
  return typeof text === 'string' ? { [property]: text } : {};
}

function problemIn({ problem }: Readonly<Record<string, unknown>>): { problem?: Problem } {
  if (!isPlainObject(problem) || typeof problem.key !== 'string') return {};
  const { key, field, values } = problem;
  const quotes = isPlainObject(values) ? Object.entries(values).map(([name, value]) => [name, String(value)]) : [];
  return { problem: { key, ...(typeof field === 'string' ? { field } : {}), values: Object.fromEntries(quotes) } };
}

function companiesIn({ companies }: Readonly<Record<string, unknown>>): { companies?: readonly Listed[] } {
  if (!Array.isArray(companies)) return {};
  const listed: readonly unknown[] = companies;
  const places = listed.filter(isPlainObject).map(({ id, name }) => ({ id: String(id), name: String(name) }));
  return { companies: places };
}

function limitsIn({ limits }: Readonly<Record<string, unknown>>): Pick<TestStep, 'limits'> {
  const given: readonly unknown[] = Array.isArray(limits) ? limits : [];
  return given.length === 0 ? {} : { limits: policyLimits.filter((limit) => given.includes(limit)) };
}

/** All four steps in order; one that the answer leaves out was not tried. Undefined if it is not a report at all. */
export function readTestReport(answer: unknown): readonly TestStep[] | undefined {
  if (!isPlainObject(answer) || !Array.isArray(answer.steps)) return undefined;
  const steps: readonly unknown[] = answer.steps;
  return connectionTestSteps.map((step) => {
    const found = steps.filter(isPlainObject).find((one) => one.step === step);
    const state = states.find((known) => known === found?.state);
    if (found === undefined || state === undefined) return { step, state: 'not tried' };
    const { statusCode } = found;
    const status = typeof statusCode === 'number' ? { statusCode } : {};
    const words = { ...textIn(found, 'reason'), ...textIn(found, 'said') };
    return { step, state, ...words, ...status, ...problemIn(found), ...companiesIn(found), ...limitsIn(found) };
  });
}
