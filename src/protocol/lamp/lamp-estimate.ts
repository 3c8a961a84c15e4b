import { FieldEstimate, type OwnValue } from './field-estimate';
import { isLampField, type LampField, type LampFields } from './lamp';

/** A lamp as it is now, as far as is known. */
export type PresentLamp = LampFields & {
  /** The last level that was not 0. */
  readonly lastLitLevel?: number;
};

/** A command of our own on its way to a lamp. */
export interface SendNote {
  published(): void;
  acknowledged(): void;
  /** It was not carried out (`unsent`), or nobody can tell (`unknown`). */
  failed(how: 'unsent' | 'unknown'): void;
}

/** What is known of one lamp, field by field: seen, read, and sent by ourselves. Nothing in it is a guess. */
export class LampEstimate {
  readonly #nowMs: () => number;
  readonly #fields = new Map<LampField, FieldEstimate>();

  /** @param nowMs a clock that only goes forward */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  knows(fields: readonly LampField[]): boolean {
    const nowMs = this.#nowMs();
    return fields.every((field) => this.#fields.get(field)?.value(nowMs) !== undefined);
  }

  present(): PresentLamp {
    const nowMs = this.#nowMs();
    const present: { -readonly [field in keyof PresentLamp]: PresentLamp[field] } = {};
    for (const [field, estimate] of this.#fields) {
      const value = estimate.value(nowMs);
      if (value !== undefined) present[field] = value;
    }
    const lit = this.#fields.get('level')?.lastLit(nowMs);
    return lit === undefined ? present : { ...present, lastLitLevel: lit };
  }

  /** Whether the lamp has shown these values, and nothing else of ours is on its way. */
  shows(fields: LampFields): boolean {
    return entriesOf(fields).every(([field, value]) => this.#fields.get(field)?.isSettledAt(value) ?? false);
  }

  /** An event of the port shows these fields. Returns those that something else than our commands has changed. */
  shown(fields: LampFields): readonly LampField[] {
    const nowMs = this.#nowMs();
    return entriesOf(fields).flatMap(([field, value]) =>
      this.#of(field).shown(value, nowMs) === 'surprise' ? [field] : [],
    );
  }

  /** The platform's record of the port has these fields and no others. */
  read(fields: LampFields): void {
    const nowMs = this.#nowMs();
    for (const [field] of entriesOf(fields)) this.#of(field);
    for (const [field, estimate] of this.#fields) estimate.read(fields[field], nowMs);
  }

  /** Events may have been missed. */
  forget(): void {
    const nowMs = this.#nowMs();
    for (const estimate of this.#fields.values()) estimate.forget(nowMs);
  }

  /** A command of our own is about to leave; `isPassing` where it is a step on the way to another. */
  sending(fields: LampFields, isPassing: boolean): SendNote {
    const entries = entriesOf(fields);
    const own = entries.map(([field, value]) => {
      const estimate = this.#of(field);
      return { estimate, value: estimate.sending(value, isPassing) };
    });
    const each = (tell: (estimate: FieldEstimate, value: OwnValue, nowMs: number) => void) => (): void => {
      const nowMs = this.#nowMs();
      for (const { estimate, value } of own) tell(estimate, value, nowMs);
    };
    return {
      published: each((_estimate, value) => {
        value.state = 'published';
      }),
      acknowledged: each((estimate, value, nowMs) => estimate.acknowledged(value, nowMs)),
      failed: (how) => each((estimate, value, nowMs) => estimate.failed(value, how, nowMs))(),
    };
  }

  #of(field: LampField): FieldEstimate {
    const known = this.#fields.get(field);
    if (known !== undefined) return known;
    const estimate = new FieldEstimate(field);
    this.#fields.set(field, estimate);
    return estimate;
  }
}

function entriesOf(fields: LampFields): readonly (readonly [LampField, number])[] {
  return Object.entries(fields).flatMap(([field, value]) => (isLampField(field) ? [[field, value] as const] : []));
}
