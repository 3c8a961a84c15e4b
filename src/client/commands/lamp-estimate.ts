import { isLampField, type LampField, type LampFields } from '../../protocol/lamp/lamp';

/** A lamp as it is now, as far as is known. */
export type PresentLamp = LampFields & {
  /** The last level that was not 0. */
  readonly lastLitLevel?: number;
};

/** What came of a command of our own. */
export interface SendNote {
  published(): void;
  acknowledged(): void;
  /** It was not carried out (`unsent`), or nobody can tell (`unknown`). */
  failed(how: 'unsent' | 'unknown'): void;
}

interface OwnSend {
  readonly fields: LampFields;
  /** A step of a fade: its level is nothing to come back to. */
  readonly isPassing: boolean;
  state: 'waiting' | 'published' | 'acknowledged';
}

/** Own commands that no event has shown yet; more are of no use, since the newest counts. */
const mostSends = 20;

/**
 * What is known of one lamp: the fields its events (partial as they are) have shown, and on top of them our own commands
 * that no event has shown yet, so that "+10" three times in a row is +30. An event that shows one of our commands ends
 * that one and those before it, but none that came after; an event that shows something else ends all that were
 * acknowledged before it.
 */
export class LampEstimate {
  #seen: LampFields = {};
  #lastLitLevel: number | undefined;
  #sends: OwnSend[] = [];

  knows(fields: readonly LampField[]): boolean {
    const present = this.present();
    return fields.every((field) => present[field] !== undefined);
  }

  present(): PresentLamp {
    const fields: LampFields = { ...this.#seen };
    for (const send of this.#sends) Object.assign(fields, send.fields);
    const lit = this.#sends.findLast(isLit)?.fields.level ?? this.#lastLitLevel;
    return lit === undefined ? fields : { ...fields, lastLitLevel: lit };
  }

  /** An event of the port showed these fields. */
  shown(fields: LampFields): void {
    const echoed = this.#sends.findIndex((send) => send.state !== 'waiting' && compare(fields, send.fields) === 'same');
    const echo = this.#sends[echoed];
    if (echo !== undefined) this.#absorb((send, index) => index <= echoed && send.state !== 'waiting');
    else this.#absorb((send) => send.state === 'acknowledged' && compare(fields, send.fields) === 'other');
    this.#seen = { ...this.#seen, ...fields };
    if (fields.level !== undefined && fields.level > 0 && !echo?.isPassing) this.#lastLitLevel = fields.level;
  }

  /** The platform's record of the port has these fields; what events have shown since is newer. */
  read(fields: LampFields): void {
    if (this.#seen.level === undefined && fields.level !== undefined && fields.level > 0) {
      this.#lastLitLevel = fields.level;
    }
    this.#seen = { ...fields, ...this.#seen };
  }

  /** Events may have been missed: only what has yet to arrive at the lamp is still certain. */
  forget(): void {
    this.#absorb((send) => send.state === 'acknowledged');
    this.#seen = {};
  }

  /** A command of our own is about to leave. */
  sending(fields: LampFields, isPassing: boolean): SendNote {
    const send: OwnSend = { fields, isPassing, state: 'waiting' };
    this.#sends.push(send);
    return {
      published: () => {
        send.state = 'published';
      },
      acknowledged: () => {
        send.state = 'acknowledged';
        const [oldest] = this.#sends;
        if (this.#sends.length > mostSends) this.#absorb((other) => other === oldest && other.state === 'acknowledged');
      },
      failed: (how) => this.#failed(send, how),
    };
  }

  #failed(send: OwnSend, how: 'unsent' | 'unknown'): void {
    const index = this.#sends.indexOf(send);
    if (index < 0) return;
    if (how === 'unknown') {
      this.#absorb((other, at) => at < index && other.state === 'acknowledged');
      this.#seen = without(this.#seen, send.fields);
    }
    this.#sends = this.#sends.filter((other) => other !== send);
  }

  /** Turns own commands into what was seen. */
  #absorb(isDone: (send: OwnSend, index: number) => boolean): void {
    if (this.#sends.length === 0) return;
    const done = this.#sends.filter(isDone);
    this.#sends = this.#sends.filter((send) => !done.includes(send));
    for (const send of done) {
      this.#seen = { ...this.#seen, ...send.fields };
      if (isLit(send)) this.#lastLitLevel = send.fields.level;
    }
  }
}

function isLit(send: OwnSend): boolean {
  return !send.isPassing && send.fields.level !== undefined && send.fields.level > 0;
}

function compare(shown: LampFields, sent: LampFields): 'same' | 'other' | 'unrelated' {
  const common = fieldNames(sent).filter((field) => shown[field] !== undefined);
  if (common.length === 0) return 'unrelated';
  return common.every((field) => shown[field] === sent[field]) ? 'same' : 'other';
}

function without(fields: LampFields, removed: LampFields): LampFields {
  return Object.fromEntries(Object.entries(fields).filter(([field]) => !Object.hasOwn(removed, field)));
}

function fieldNames(fields: LampFields): readonly LampField[] {
  return Object.keys(fields).filter(isLampField);
}
