/** What an expression is made of, as far as ours go. */
type Node =
  | { readonly kind: 'atom'; readonly source: string; readonly matches: (character: string) => boolean }
  | { readonly kind: 'start' | 'end' | 'boundary' }
  | { readonly kind: 'sequence'; readonly parts: readonly Node[] }
  | { readonly kind: 'choice'; readonly options: readonly Node[] }
  | { readonly kind: 'look'; readonly isWanted: boolean; readonly inner: Node }
  | {
      readonly kind: 'repeat';
      readonly inner: Node;
      readonly least: number;
      readonly most: number;
      readonly isLazy: boolean;
    };

/** So many steps are too many for any text a test gives. */
export const mostSteps = 400_000;

/** Characters to make texts of; the first that fits is taken. */
const alphabet = [...'a0 "\\<>;,=/.-:%e&#+\'(){}[]|@_T\tG?é€\u0001\u007f\u200e'];

/**
 * An expression taken apart, so that the steps of matching can be counted: one for each character that is looked at, going
 * back included, as a backtracking engine such as V8's does it.
 */
export class CountedExpression {
  readonly #root: Node;
  readonly #isSticky: boolean;
  readonly #isGlobal: boolean;

  constructor(expression: RegExp) {
    this.#root = new Parser(expression.source, expression.flags.replace(/[gyd]/g, '')).read();
    this.#isSticky = expression.sticky;
    this.#isGlobal = expression.global;
  }

  /** The steps that it takes to look through a text, all matches where it is global; `mostSteps` where it is more. */
  steps(text: string): number {
    const walk = new Walk(text);
    try {
      for (let start = 0; start <= text.length; ) {
        const end = walk.match(this.#root, start);
        if (end !== undefined && !this.#isGlobal) break;
        if (this.#isSticky || (end === undefined && beginsAtStart(this.#root))) break;
        start = end === undefined || end === start ? start + 1 : end;
      }
    } catch (error) {
      if (!(error instanceof TooManySteps)) throw error;
    }
    return walk.steps;
  }

  /** Texts that an attacker would try: each repeated part, many times over, after what leads there, and then what fits nowhere. */
  attacks(times: number): readonly string[] {
    const texts = new Set<string>();
    for (const { lead, pump } of pumps(this.#root, '')) {
      for (const piece of [pump, `${pump}${pump.at(0) ?? ''}`, lead + pump]) {
        for (const end of ['', '\u0001', '"', 'a', ' \u0001']) texts.add(lead + piece.repeat(times) + end);
      }
    }
    for (const character of alphabet) texts.add(character.repeat(times));
    return [...texts];
  }
}

class TooManySteps extends Error {}

/** One text, and the steps that were taken in it. */
class Walk {
  readonly #text: string;
  steps = 0;

  constructor(text: string) {
    this.#text = text;
  }

  match(root: Node, start: number): number | undefined {
    let found: number | undefined;
    const isFound = this.#try(root, start, (end) => {
      found = end;
      return true;
    });
    return isFound ? found : undefined;
  }

  #try(node: Node, at: number, go: (at: number) => boolean): boolean {
    switch (node.kind) {
      case 'atom':
        this.steps += 1;
        if (this.steps >= mostSteps) throw new TooManySteps();
        return at < this.#text.length && node.matches(this.#text[at] ?? '') && go(at + 1);
      case 'start':
        return at === 0 && go(at);
      case 'end':
        return at === this.#text.length && go(at);
      case 'boundary':
        return isWord(this.#text[at - 1]) !== isWord(this.#text[at]) && go(at);
      case 'sequence':
        return this.#tryFrom(node.parts, 0, at, go);
      case 'choice':
        return node.options.some((option) => this.#try(option, at, go));
      case 'look':
        return this.#try(node.inner, at, () => true) === node.isWanted && go(at);
      case 'repeat':
        return this.#tryAgain(node, 0, at, go);
    }
  }

  #tryFrom(parts: readonly Node[], index: number, at: number, go: (at: number) => boolean): boolean {
    const part = parts[index];
    return part === undefined ? go(at) : this.#try(part, at, (next) => this.#tryFrom(parts, index + 1, next, go));
  }

  #tryAgain(node: Extract<Node, { kind: 'repeat' }>, count: number, at: number, go: (at: number) => boolean): boolean {
    const more = (): boolean =>
      count < node.most &&
      this.#try(node.inner, at, (next) =>
        next === at && count >= node.least ? false : this.#tryAgain(node, count + 1, next, go),
      );
    const enough = (): boolean => count >= node.least && go(at);
    return node.isLazy ? enough() || more() : more() || enough();
  }
}

function isWord(character: string | undefined): boolean {
  return character !== undefined && /\w/.test(character);
}

function beginsAtStart(node: Node): boolean {
  if (node.kind === 'choice') return node.options.every(beginsAtStart);
  if (node.kind === 'sequence') return node.parts[0] !== undefined && beginsAtStart(node.parts[0]);
  return node.kind === 'start';
}

/** A text that a part matches, the shortest that is easily found. */
function sample(node: Node): string {
  switch (node.kind) {
    case 'atom':
      return node.matches(node.source) ? node.source : (alphabet.find(node.matches) ?? '');
    case 'sequence':
      return node.parts.map(sample).join('');
    case 'choice':
      return sample(node.options[0] ?? { kind: 'start' });
    case 'repeat':
      return sample(node.inner).repeat(Math.max(1, node.least));
    default:
      return '';
  }
}

/** Every part that is repeated without a limit, with a text that leads to it. */
function* pumps(node: Node, lead: string): Generator<{ readonly lead: string; readonly pump: string }> {
  if (node.kind === 'repeat') {
    if (node.most > 20) yield { lead, pump: sample(node.inner) };
    yield* pumps(node.inner, lead);
  }
  if (node.kind === 'look') yield* pumps(node.inner, lead);
  if (node.kind === 'choice') {
    for (const option of node.options) yield* pumps(option, lead);
    yield { lead, pump: node.options.map(sample).join('') };
  }
  if (node.kind !== 'sequence') return;
  let before = lead;
  for (const part of node.parts) {
    yield* pumps(part, before);
    before += sample(part);
  }
  yield { lead, pump: sample(node) };
}

/** Reads the source of an expression. */
class Parser {
  readonly #source: string;
  readonly #flags: string;
  #at = 0;

  constructor(source: string, flags: string) {
    this.#source = source;
    this.#flags = flags;
  }

  read(): Node {
    const node = this.#choice();
    if (this.#at < this.#source.length)
      throw new Error(`what follows ${this.#source.slice(0, this.#at)} can't be read`);
    return node;
  }

  #choice(): Node {
    const options = [this.#sequence()];
    while (this.#take('|')) options.push(this.#sequence());
    const [only] = options;
    return options.length === 1 && only !== undefined ? only : { kind: 'choice', options };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at] ?? '')) parts.push(this.#repeat());
    return { kind: 'sequence', parts };
  }

  #repeat(): Node {
    const inner = this.#piece();
    const [whole, least, comma, most] = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})/.exec(this.#source.slice(this.#at)) ?? [];
    if (whole === undefined) return inner;
    this.#at += whole.length;
    const isLazy = this.#take('?');
    const bounds: Readonly<Record<string, readonly [number, number]>> = {
      '*': [0, Number.POSITIVE_INFINITY],
      '+': [1, Number.POSITIVE_INFINITY],
      '?': [0, 1],
    };
    const upTo =
      most === '' || most === undefined ? (comma === ',' ? Number.POSITIVE_INFINITY : Number(least)) : Number(most);
    const [low, high] = bounds[whole] ?? [Number(least), upTo];
    return { kind: 'repeat', inner, least: low, most: high, isLazy };
  }

  #piece(): Node {
    if (this.#take('^')) return { kind: 'start' };
    if (this.#take('$')) return { kind: 'end' };
    if (this.#take('\\b')) return { kind: 'boundary' };
    if (this.#take('(?=')) return { kind: 'look', isWanted: true, inner: this.#closed() };
    if (this.#take('(?!')) return { kind: 'look', isWanted: false, inner: this.#closed() };
    if (this.#take('(?<=') || this.#take('(?<!')) throw new Error(`looking back is not counted: ${this.#source}`);
    const group = /^\((?:\?(?::|<\w+>))?/.exec(this.#source.slice(this.#at))?.[0];
    if (group !== undefined) {
      this.#at += group.length;
      return this.#closed();
    }
    return this.#atom();
  }

  #closed(): Node {
    const inner = this.#choice();
    if (!this.#take(')')) throw new Error(`a bracket stays open in ${this.#source}`);
    return inner;
  }

  /** One character or a class of them; the engine itself says what fits. */
  #atom(): Node {
    const form =
      /^(?:\\p\{[^}]*\}|\\P\{[^}]*\}|\\u\{[^}]*\}|\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|\\.|\[(?:\\.|[^\]\\])*\]|.)/is;
    const source = form.exec(this.#source.slice(this.#at))?.[0] ?? '';
    if (/^\\[1-9]/.test(source)) throw new Error(`a reference back is not counted: ${this.#source}`);
    this.#at += source.length;
    const one = new RegExp(`^(?:${source})$`, this.#flags);
    const known = new Map<string, boolean>();
    const matches = (character: string): boolean => {
      const answer = known.get(character) ?? one.test(character);
      known.set(character, answer);
      return answer;
    };
    return { kind: 'atom', source, matches };
  }

  #take(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }
}
