import { OchnoError } from '../ochno-error';
import { copyJson } from './copy-json';
import { equalJson } from './json-equal';
import { numberIn } from './numeric-text';
import { quoted } from './quoted';

/** The least difference between two numbers that counts: an amount, or a share of the earlier number in percent. */
export interface Deadband {
  readonly kind: 'amount' | 'percent';
  readonly least: number;
}

const notation = /^(\d+(?:\.\d+)?|\.\d+)\s*(%?)$/;
/** So that 20.2 counts as 0.1 more than 20.1, which in binary fractions is a little less. */
const roundingShare = 1e-9;

/**
 * Reads a deadband: `5`, `0.1` or `10%`.
 *
 * @throws OchnoError `OCHNO_VALUE` for anything else
 */
export function parseDeadband(text: string): Deadband {
  const [, digits, percent] = notation.exec(text.trim()) ?? [];
  const least = Number(digits);
  if (Number.isFinite(least)) return { kind: percent === '%' ? 'percent' : 'amount', least };
  throw new OchnoError('OCHNO_VALUE', `The deadband ${quoted(text)} can't be used; give a number such as 5, or 10%`, {
    problem: { key: 'deadband' },
  });
}

/**
 * Lets pass what differs from the last that passed, each port apart. Numbers, as text too, differ by at least the deadband
 * if there is one, anything else if it is not deep-equal. A port's first always passes. Keeps one value per port.
 */
export class ChangeFilter {
  readonly #deadband: Deadband | undefined;
  /** By port; copies of our own, since a flow may change what it was given. */
  readonly #last = new Map<string, unknown>();

  constructor(deadband: Deadband | undefined) {
    this.#deadband = deadband;
  }

  /** @param port anything that names the port, always the same, such as its topic */
  passes(port: string, payload: unknown): boolean {
    if (this.#last.has(port) && !this.#differs(this.#last.get(port), payload)) return false;
    this.#last.set(port, copyJson(payload));
    return true;
  }

  #differs(last: unknown, payload: unknown): boolean {
    if (equalJson(last, payload)) return false;
    const [before, now] = [numberIn(last), numberIn(payload)];
    if (this.#deadband === undefined || before === undefined || now === undefined) return true;
    const { kind, least } = this.#deadband;
    const leastDifference = kind === 'amount' ? least : (least / 100) * Math.abs(before);
    return before !== now && Math.abs(now - before) >= leastDifference * (1 - roundingShare);
  }
}
