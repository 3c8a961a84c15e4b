import { isRounded, isSameSetting, type LampField, lampRanges } from './lamp';

/** A value of our own on its way to the lamp. */
export interface OwnValue {
  readonly value: number;
  /** A step of a fade or of a blink: none to come back to. */
  readonly isPassing: boolean;
  state: 'waiting' | 'published' | 'acknowledged';
  /** When it was acknowledged or the lamp was last heard moving towards it, whichever is later. */
  heardAtMs: number;
  /** The lamp has shown it, or a newer one. */
  isEchoed: boolean;
  /** The lamp had the value already. Some report it all the same, and that may look like the report of a newer one. */
  wasThere: boolean;
}

/** How a report agrees with what was known: the lamp obeys or is about to, or something else has changed it. */
export type Report = 'expected' | 'surprise';

/** A lamp answers within this time or has not obeyed: it, or its hub, may be off. */
const echoMs = 5_000;
/** So long after it has shown a value the lamp may still report the way there; some tell where they will be, then ramp. */
const settlingMs = 2_000;
/** Reports may overtake each other by so much. */
const disorderMs = 150;
/** Values of either kind that are kept; more are of no use, since the newest counts. */
const mostKept = 20;
/** Reports of a ramp follow each other within this time. */
const rampMs = 1_500;

/**
 * What is known of one field of one lamp, from three sources: what its events have shown, what was read over REST, and
 * values of our own on their way to it. Times are those of a clock that only goes forward.
 *
 * A value of our own counts until a report contradicts it, as long as the lamp answers. Reports that lie between what
 * was seen and what was sent are the lamp on its way: they contradict nothing, and none of them is a level to come back to.
 */
export class FieldEstimate {
  readonly #field: LampField;
  #seen: number | undefined;
  #seenAtMs = 0;
  /** What was seen before, each with when it was seen last. */
  #trail: { readonly value: number; readonly untilMs: number }[] = [];
  /** Where the lamp was before it showed the newest of our values. */
  #arrivedFrom: number | undefined;
  /** The oldest first. */
  #own: OwnValue[] = [];
  #lastLit: number | undefined;
  /** The first that is heard of a lamp after a command may be a report on its way: if it stays, somebody chose it. */
  #unsureLit: { readonly value: number; readonly sinceMs: number } | undefined;
  /** A ramp down that nobody here has asked for, and what was last lit before it, if that is known. */
  #ramp: { readonly litBefore: number | undefined } | undefined;

  constructor(field: LampField) {
    this.#field = field;
  }

  /** The value now; `undefined` where it is not known, or no longer. */
  value(nowMs: number): number | undefined {
    const newest = this.#own.at(-1);
    if (newest === undefined || (newest.isEchoed && nowMs - newest.heardAtMs > settlingMs)) return this.#seen;
    return isBelieved(newest, nowMs) ? newest.value : undefined;
  }

  /** The last value that was not 0, other than on the way to another. */
  lastLit(nowMs: number): number | undefined {
    const own = this.#own.findLast((each) => isLit(each) && isBelieved(each, nowMs));
    return own?.value ?? this.#stayedLit(nowMs) ?? this.#lastLit;
  }

  /** Whether the lamp has shown this value, and nothing else of ours is on its way. */
  isSettledAt(value: number): boolean {
    const isSettled = this.#own.every((own) => own.isEchoed);
    return isSettled && this.#seen !== undefined && isSameSetting(this.#field, this.#seen, value);
  }

  /** An event shows the value. */
  shown(value: number, nowMs: number): Report {
    this.#prune(nowMs);
    if (value !== this.#unsureLit?.value) {
      this.#lastLit = this.#stayedLit(nowMs) ?? this.#lastLit;
      this.#unsureLit = undefined;
    }
    const isSentTo = this.#own.some((own) => own.state !== 'waiting');
    const judgement = this.#judge(value, nowMs);
    if (judgement !== 'expected') this.#drop(isDone, nowMs);
    const isUnsure = isSentTo && this.#seen === undefined && judgement !== 'expected';
    if (isUnsure && value > 0) this.#unsureLit = { value, sinceMs: nowMs };
    else if (judgement === 'surprise') this.#noteLit(value, nowMs);
    this.#see(value, nowMs);
    return judgement === 'expected' ? 'expected' : 'surprise';
  }

  /** The platform's record has this value, or none: it settles what was not known, and nothing else. */
  read(value: number | undefined, nowMs: number): void {
    const newest = this.#own.at(-1);
    if (value !== undefined && newest?.state === 'acknowledged' && isSameSetting(this.#field, value, newest.value)) {
      this.#echo(this.#own.length - 1, nowMs);
      this.#see(value, nowMs);
    } else if (this.value(nowMs) === undefined) {
      this.#own = this.#own.filter((own) => !isDone(own));
      this.#see(value, nowMs);
      if (value !== undefined && value > 0) this.#lastLit = value;
    }
  }

  /** Events may have been missed: only what has yet to arrive at the lamp is still certain. */
  forget(nowMs: number): void {
    this.#drop(isDone, nowMs);
    this.#see(undefined, nowMs);
    this.#trail = [];
    this.#arrivedFrom = undefined;
  }

  /** A command of our own is about to set the value. */
  sending(value: number, isPassing: boolean): OwnValue {
    const own: OwnValue = { value, isPassing, state: 'waiting', heardAtMs: 0, isEchoed: false, wasThere: false };
    this.#own.push(own);
    this.#arrivedFrom = undefined;
    return own;
  }

  acknowledged(own: OwnValue, nowMs: number): void {
    own.state = 'acknowledged';
    own.heardAtMs = nowMs;
    const isThere = this.#seen !== undefined && this.#isAlready(this.#seen, own.value);
    // A lamp that has the value already has nothing to report.
    if (isThere && this.#own.every((other) => other.isEchoed || other.value === own.value)) {
      own.isEchoed = true;
      own.wasThere = true;
    }
    this.#prune(nowMs);
  }

  /** The command was not carried out (`unsent`), or nobody can tell (`unknown`). */
  failed(own: OwnValue, how: 'unsent' | 'unknown', nowMs: number): void {
    const index = this.#own.indexOf(own);
    if (index < 0) return;
    if (how === 'unknown') {
      this.#drop((other, at) => at < index && isDone(other), nowMs);
      this.#see(undefined, nowMs);
    }
    this.#own = this.#own.filter((other) => other !== own);
  }

  /** Whether the lamp would not move for it: a step of a level is seen, one of a temperature is not. */
  #isAlready(seen: number, wanted: number): boolean {
    return lampRanges[this.#field].unit === 'K' ? isSameSetting(this.#field, seen, wanted) : isRounded(seen, wanted);
  }

  /** `late`: on its way, but too late to be sure of; it is a surprise, and yet none to come back to. */
  #judge(value: number, nowMs: number): Report | 'late' {
    const newest = this.#own.findLast((own) => own.state !== 'waiting');
    const echoed = this.#own.findIndex((own) => isOnItsWay(own, newest) && own.value === value);
    if (echoed >= 0) return this.#echo(echoed, nowMs);
    if (newest === undefined) return value === this.#seen ? 'expected' : 'surprise';
    if (!isBelieved(newest, nowMs)) return this.#isOnTheWay(value, newest) ? 'late' : 'surprise';
    if (value === this.#seen) return 'expected';
    if (isSameSetting(this.#field, value, newest.value)) return this.#echo(this.#own.indexOf(newest), nowMs);
    if (!this.#isOnTheWay(value, newest)) return 'surprise';
    newest.isEchoed = false;
    newest.heardAtMs = nowMs;
    this.#ramp = undefined;
    return 'expected';
  }

  /** The lamp has got as far as this value of ours. */
  #echo(index: number, nowMs: number): 'expected' {
    this.#ramp = undefined;
    for (const own of this.#own.slice(0, index + 1)) {
      if (own.state === 'waiting' || own.isEchoed) continue;
      own.isEchoed = true;
      own.heardAtMs = nowMs;
    }
    const echo = this.#own[index];
    if (echo !== undefined && isLit(echo)) this.#lastLit = echo.value;
    this.#arrivedFrom ??= this.#seen;
    return 'expected';
  }

  /** Between what was seen and what was sent, in either direction; but what was lit is not dark on its way up. */
  #isOnTheWay(value: number, newest: OwnValue): boolean {
    const doubtful = this.#doubtful();
    if (doubtful.some((own) => own.value === value)) return true;
    if (this.#seen === undefined || (value === 0 && this.#seen > 0)) return false;
    const onTheirWay = this.#own.filter((own) => isOnItsWay(own, newest));
    const places = [this.#seen, this.#arrivedFrom ?? this.#seen];
    for (const place of [...onTheirWay, ...doubtful, ...this.#trail]) places.push(place.value);
    return value >= Math.min(...places) && value <= Math.max(...places);
  }

  /** What was sent since a value that the lamp had already: what seemed to show it may have been the report of that one. */
  #doubtful(): readonly OwnValue[] {
    const index = this.#own.findIndex((own) => own.wasThere);
    return index < 0 ? [] : this.#own.slice(index + 1);
  }

  /** Something else set the value. A ramp down to 0 leads back to what was lit before it, as one of ours would. */
  #noteLit(value: number, nowMs: number): void {
    const isFalling = this.#seen !== undefined && value < this.#seen;
    const isRamp = isFalling && nowMs - this.#seenAtMs < rampMs;
    if (!isRamp || this.#ramp === undefined) this.#ramp = isFalling ? { litBefore: this.#lastLit } : undefined;
    if (value > 0) this.#lastLit = value;
    else if (isRamp) this.#lastLit = this.#ramp?.litBefore;
  }

  #stayedLit(nowMs: number): number | undefined {
    const unsure = this.#unsureLit;
    return unsure !== undefined && nowMs - unsure.sinceMs >= rampMs ? unsure.value : undefined;
  }

  #see(value: number | undefined, nowMs: number): void {
    if (this.#seen !== undefined && this.#seen !== value) {
      this.#trail = [...this.#trail.slice(1 - mostKept), { value: this.#seen, untilMs: nowMs }];
    }
    this.#seen = value;
    this.#seenAtMs = nowMs;
  }

  /** Lets go of what a newer value has overtaken, and of what was shown some time ago. */
  #prune(nowMs: number): void {
    this.#trail = this.#trail.filter(({ untilMs }) => nowMs - untilMs <= disorderMs);
    const newest = this.#own.findLast(isDone);
    const surplus = this.#own.length - mostKept;
    this.#drop((own, index) => {
      if (!isDone(own)) return false;
      const isOld = nowMs - own.heardAtMs > settlingMs;
      return own === newest ? own.isEchoed && isOld : isOld || index < surplus;
    }, nowMs);
  }

  /** Lets go of values of ours. What they lit is to be come back to. */
  #drop(isOver: (own: OwnValue, index: number) => boolean, nowMs: number): void {
    const over = this.#own.filter(isOver);
    if (over.length === 0) return;
    this.#own = this.#own.filter((own) => !over.includes(own));
    const lit = over.findLast((own) => isLit(own) && !own.isEchoed && isBelieved(own, nowMs));
    if (lit !== undefined) this.#lastLit = lit.value;
  }
}

function isDone(own: OwnValue): boolean {
  return own.state === 'acknowledged' || own.isEchoed;
}

/** Whether the lamp may be about to show it; the newest it may show again. */
function isOnItsWay(own: OwnValue, newest: OwnValue | undefined): boolean {
  return own.state !== 'waiting' && (own === newest || !own.isEchoed);
}

function isBelieved(own: OwnValue, nowMs: number): boolean {
  return own.state !== 'acknowledged' || own.isEchoed || nowMs - own.heardAtMs <= echoMs;
}

function isLit({ value, isPassing }: OwnValue): boolean {
  return !isPassing && value > 0;
}
