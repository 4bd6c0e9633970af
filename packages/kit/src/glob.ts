/**
 * Path patterns: `*`, `?` and `[ab]` within a name, `**` over directories, `{a,b}`. A pattern that names a directory (`src`,
 * `src/`) means everything below it too. Pure; node's own `matchesGlob` is not in Node 20.
 *
 * A pattern becomes a small automaton, and a path is read once, with all states that it may be in: time is the product of
 * the two lengths, whatever the pattern. (As a regular expression `*a*a*a*a*ac` took 500 s against 120 letters.)
 */

/** Characters; a longer pattern is refused, by `patternTrouble` where it is given and by matching nothing. */
export const MAX_PATTERN = 1_000;

/** Why a pattern can't be used, or undefined. */
export const patternTrouble = (pattern: string): string | undefined =>
  pattern.length > MAX_PATTERN ? `a pattern has at most ${MAX_PATTERN} characters` : undefined;

/** Whether a character is taken, by what a state waits for. */
type Takes = (char: string) => boolean;

/** By number. `free` ones lead on to others without a character. */
type State =
  | { readonly kind: "takes"; readonly takes: Takes; readonly next: number }
  | { readonly kind: "free"; readonly next: readonly number[] }
  | { readonly kind: "end" };

const anything: Takes = () => true;
const inName: Takes = (char) => char !== "/";

/** The meaning of a mark in a pattern. */
interface Dialect {
  /** The characters that `*` and `?` match. */
  readonly letter: Takes;
  /** `**` and `{a,b}` are marks too. */
  readonly isPath: boolean;
}

const PATH: Dialect = { letter: inName, isPath: true };
const WORD: Dialect = { letter: anything, isPath: false };

/** `[a-c_]`, `[!ab]`; a range the wrong way round holds nothing. */
function classOf(text: string): Takes {
  const isNegated = /^[!^]/.test(text);
  const chars = Array.from(isNegated ? text.slice(1) : text);
  const holds = (char: string): boolean => {
    for (let at = 0; at < chars.length; at++) {
      const [from = "", dash, to] = chars.slice(at, at + 3);
      if (dash === "-" && to !== undefined) {
        if (from <= char && char <= to) return true;
        at += 2;
      } else if (from === char) return true;
    }
    return false;
  };
  return (char) => char !== "/" && holds(char) !== isNegated;
}

interface Group {
  readonly end: number;
  /** Where the parts begin and end. */
  readonly parts: readonly (readonly [from: number, to: number])[];
}

/** The braces that have a comma, by where they open. One that is not closed, or has none, is a letter. */
function groupsOf(text: string): ReadonlyMap<number, Group> {
  const found = new Map<number, Group>();
  const open: { readonly at: number; readonly commas: number[] }[] = [];
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "{") open.push({ at, commas: [] });
    else if (text[at] === ",") open.at(-1)?.commas.push(at);
    else if (text[at] === "}") {
      const group = open.pop();
      if (group === undefined || group.commas.length === 0) continue;
      const edges = [group.at, ...group.commas, at];
      const parts = edges.slice(1).map((to, i): [number, number] => [(edges[i] ?? 0) + 1, to]);
      found.set(group.at, { end: at, parts });
    }
  }
  return found;
}

/** The states of a pattern; built from its end, as each state knows those behind it. */
class Automaton {
  readonly states: State[] = [];
  readonly start: number;
  readonly #text: string;
  readonly #groups: ReadonlyMap<number, Group>;
  readonly #dialect: Dialect;

  constructor(text: string, dialect: Dialect) {
    this.#text = text;
    this.#dialect = dialect;
    this.#groups = dialect.isPath ? groupsOf(text) : new Map();
    const end = this.#add({ kind: "end" });
    // Whatever is below what it names.
    const below = this.#takes((char) => char === "/", this.#many(anything, end));
    this.start = this.#sequence(0, text.length, dialect.isPath ? this.#free(end, below) : end);
  }

  #add(state: State): number {
    return this.states.push(state) - 1;
  }

  #takes(takes: Takes, next: number): number {
    return this.#add({ kind: "takes", takes, next });
  }

  #free(...next: readonly number[]): number {
    return this.#add({ kind: "free", next });
  }

  /** Any number of what is taken, then on to `next`. */
  #many(takes: Takes, next: number): number {
    const ways: number[] = [next];
    const loop = this.#add({ kind: "free", next: ways });
    ways.push(this.#takes(takes, loop));
    return loop;
  }

  /** Whole names with a slash behind each, any number of them, then on to `next`. */
  #directories(next: number): number {
    const ways: number[] = [next];
    const loop = this.#add({ kind: "free", next: ways });
    const slash = this.#takes((char) => char === "/", loop);
    ways.push(this.#takes(inName, this.#many(inName, slash)));
    return loop;
  }

  #sequence(from: number, to: number, next: number): number {
    const steps: ((next: number) => number)[] = [];
    for (let at = from; at < to;) {
      const [end, step] = this.#mark(at, to);
      steps.push(step);
      at = end;
    }
    return steps.reduceRight((behind, step) => step(behind), next);
  }

  /** The mark or letter that begins here: where it ends, and its states in front of others. */
  #mark(at: number, to: number): readonly [end: number, step: (next: number) => number] {
    const { letter, isPath } = this.#dialect;
    const text = this.#text;
    const group = this.#groups.get(at);
    if (group !== undefined)
      return [
        group.end + 1,
        (next) => this.#free(...group.parts.map(([from, until]) => this.#sequence(from, until, next))),
      ];
    const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
    if (char === "*") {
      let end = at;
      while (end < to && text[end] === "*") end++;
      if (!isPath || end - at < 2) return [end, (next) => this.#many(letter, next)];
      const isWhole = this.#beginsName(at) && end < to && text[end] === "/";
      return isWhole ? [end + 1, (next) => this.#directories(next)] : [end, (next) => this.#many(anything, next)];
    }
    if (char === "?") return [at + 1, (next) => this.#takes(letter, next)];
    const close = char === "[" ? text.indexOf("]", at + 2) : -1;
    if (close > 0 && close < to) {
      const takes = classOf(text.slice(at + 1, close));
      return [close + 1, (next) => this.#takes(takes, next)];
    }
    return [at + char.length, (next) => this.#takes((one) => one === char, next)];
  }

  #beginsName(at: number): boolean {
    if (at === 0 || this.#text[at - 1] === "/") return true;
    for (const [opens, { parts }] of this.#groups)
      if (parts.some(([from]) => from === at)) return this.#beginsName(opens);
    return false;
  }

  fits(word: string): boolean {
    let now = this.#reach([this.start]);
    for (const char of word) {
      const next: number[] = [];
      for (const at of now) {
        const state = this.states[at];
        if (state?.kind === "takes" && state.takes(char)) next.push(state.next);
      }
      if (next.length === 0) return false;
      now = this.#reach(next);
    }
    for (const at of now) if (this.states[at]?.kind === "end") return true;
    return false;
  }

  /**
   * Whether some word fits both: both are walked at once, over letters that stand for all. Undefined: not known after so many
   * steps.
   */
  meets(other: Automaton, letters: readonly string[], budget: Budget): boolean | undefined {
    const pairs: (readonly [mine: number, its: number])[] = [];
    const seen = new Set<number>();
    const push = (mine: Iterable<number>, its: ReadonlySet<number>): void => {
      for (const a of mine)
        for (const b of its) {
          const key = a * other.states.length + b;
          budget.steps -= 1 / LETTERS_A_STEP;
          if (!seen.has(key)) pairs.push([a, b]);
          seen.add(key);
        }
    };
    push(this.#reach([this.start]), other.#reach([other.start]));
    for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
      if (--budget.steps < 0) return undefined;
      const [mine, its] = [this.states[pair[0]], other.states[pair[1]]];
      if (mine?.kind === "end" && its?.kind === "end") return true;
      if (mine?.kind !== "takes" || its?.kind !== "takes") continue;
      budget.steps -= letters.length / LETTERS_A_STEP;
      if (letters.some((letter) => mine.takes(letter) && its.takes(letter)))
        push(this.#reach([mine.next]), other.#reach([its.next]));
    }
    return false;
  }

  /** These, and all that they lead on to for free. */
  #reach(from: readonly number[]): ReadonlySet<number> {
    const found = new Set(from);
    for (const at of found) {
      const state = this.states[at];
      if (state?.kind === "free") for (const one of state.next) found.add(one);
    }
    return found;
  }
}

/** A cache of the last patterns: a scope is matched with each changed path. */
const known = new Map<string, Automaton>();
const MOST_KNOWN = 64;

function compiled(pattern: string): Automaton {
  const there = known.get(pattern);
  if (there !== undefined) return there;
  if (known.size >= MOST_KNOWN) known.clear();
  const made = new Automaton(pattern.replace(/^\.\//, "").replace(/\/+$/, ""), PATH);
  known.set(pattern, made);
  return made;
}

/** Whether the path, or a directory above it, is what one of the patterns says. */
export const matches = (path: string, patterns: readonly string[]): boolean =>
  patterns.some(
    (pattern) =>
      pattern.length <= MAX_PATTERN &&
      // `app/[id]/page.tsx` is a path that people have.
      (pattern === path || compiled(pattern).fits(path)),
  );

/** A path as a pattern that means it: its marks are letters. */
export const literal = (path: string): string => path.replaceAll(/[*?[{]/g, "[$&]");

/** In no pattern that a person writes: it stands for all that no pattern names. */
const OTHER = "\u{10FFFF}";

/** So much is done for several comparisons together; a million steps take about a tenth of a second. */
export interface Budget {
  steps: number;
}

const LETTERS_A_STEP = 16;
/** The most steps of one comparison: usual patterns take some hundred. */
const MOST_STEPS = 100_000;

/**
 * Whether a path is thinkable that is, or lies below, what each of two patterns says. Where that takes too long they are taken to
 * meet.
 */
export function patternsMeet(one: string, other: string, budget: Budget = { steps: MOST_STEPS }): boolean {
  budget.steps--;
  if (headsDiffer(one, other)) return false;
  if (one.length > MAX_PATTERN || other.length > MAX_PATTERN || budget.steps <= 0) return true;
  const letters = [...new Set([...Array.from(one + other), "/", OTHER])];
  return compiled(one).meets(compiled(other), letters, budget) ?? true;
}

const MARK = /[*?[{]/;

/** The text before the first mark decides most comparisons. */
function headsDiffer(one: string, other: string): boolean {
  const head = (pattern: string): string => pattern.slice(0, MARK.exec(pattern)?.index ?? pattern.length);
  const [a, b] = [head(one), head(other)];
  const length = Math.min(a.length, b.length);
  return a.slice(0, length) !== b.slice(0, length);
}

/** A pattern for one word, in which a slash is a letter like any other. */
export function wordMatcher(pattern: string): (word: string) => boolean {
  if (pattern.length > MAX_PATTERN) return () => false;
  const automaton = new Automaton(pattern, WORD);
  return (word) => automaton.fits(word);
}
