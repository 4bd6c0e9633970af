/**
 * Path patterns, matched in linear time per segment: `*` and `?` within a name, `**` over directories, `[ab]`, `{a,b}`. A
 * pattern that names a directory (`src`, `src/`) means everything below it too. No regular expression is made of a
 * pattern: `*a*a*a*a*ac` against 120 letters took one 500 s. Pure; node's own `matchesGlob` is not in Node 20.
 */

/** Characters; a longer pattern is refused, by `patternTrouble` where it is given and by matching nothing. */
export const MAX_PATTERN = 1_000;
/** What the alternatives of `{…}` may grow to; more are a mistake. */
const MAX_ALTERNATIVES = 256;

type Token =
  | { readonly kind: "char"; readonly char: string }
  /** `?` */
  | { readonly kind: "any" }
  /** `*` */
  | { readonly kind: "star" }
  | { readonly kind: "class"; readonly text: string; readonly negated: boolean };

/** A name between two slashes, or `**`: any number of names. */
type Segment = readonly Token[] | "**";

/** Why a pattern can't be used, or undefined. */
export function patternTrouble(pattern: string): string | undefined {
  if (pattern.length > MAX_PATTERN) return `a pattern has at most ${MAX_PATTERN} characters`;
  if (alternatives(pattern) === undefined) return `a pattern has at most ${MAX_ALTERNATIVES} alternatives`;
  return undefined;
}

/** `{a,b}` written out, braces within braces too; undefined for more than can be meant. An unclosed brace is a letter. */
function alternatives(pattern: string): string[] | undefined {
  const done: string[] = [];
  for (const open = [pattern]; open.length > 0;) {
    if (open.length + done.length > MAX_ALTERNATIVES) return undefined;
    const text = open.pop() ?? "";
    const group = firstGroup(text);
    if (group === undefined) done.push(text);
    else for (const part of group.parts) open.push(text.slice(0, group.from) + part + text.slice(group.to));
  }
  return done;
}

/** The first group of braces that has a comma: where it stands, and its parts. */
function firstGroup(
  text: string,
): { readonly from: number; readonly to: number; readonly parts: readonly string[] } | undefined {
  for (let from = text.indexOf("{"); from >= 0; from = text.indexOf("{", from + 1)) {
    const parts: string[] = [];
    let depth = 0;
    let begun = from + 1;
    for (let at = from; at < text.length; at++) {
      const char = text[at];
      if (char === "{") depth++;
      else if (char === "," && depth === 1) {
        parts.push(text.slice(begun, at));
        begun = at + 1;
      } else if (char === "}" && --depth === 0) return { from, to: at + 1, parts: [...parts, text.slice(begun, at)] };
    }
  }
  return undefined;
}

function tokens(name: string): Token[] {
  const found: Token[] = [];
  for (let at = 0; at < name.length; at++) {
    const char = name.charAt(at);
    const end = char === "[" ? name.indexOf("]", at + 2) : -1;
    if (end > 0) {
      const negated = name[at + 1] === "!" || name[at + 1] === "^";
      found.push({ kind: "class", text: name.slice(at + (negated ? 2 : 1), end), negated });
      at = end;
    } else if (char === "?") found.push({ kind: "any" });
    else if (char !== "*") found.push({ kind: "char", char });
    else if (found.at(-1)?.kind !== "star") found.push({ kind: "star" });
  }
  return found;
}

function segments(pattern: string): Segment[] {
  const found: Segment[] = [];
  for (const name of pattern.replace(/^\.\//, "").split("/")) {
    if (name === "") continue;
    if (name !== "**") found.push(tokens(name));
    else if (found.at(-1) !== "**") found.push("**");
  }
  return found;
}

/** `[a-c_]`; a range the wrong way round holds nothing. */
function inClass(text: string, char: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const from = text.charAt(at);
    if (text[at + 1] === "-" && at + 2 < text.length) {
      if (from <= char && char <= text.charAt(at + 2)) return true;
      at += 2;
    } else if (from === char) return true;
  }
  return false;
}

function fits(token: Token, char: string): boolean {
  switch (token.kind) {
    case "char":
      return token.char === char;
    case "any":
      return true;
    case "star":
      return false;
    case "class":
      return inClass(token.text, char) !== token.negated;
  }
}

/**
 * Two pointers, and the last star to come back to: as each star takes what comes first, only the last one ever has to take
 * more. `isStar` items match any number of the others. Time is the product of the lengths, whatever the pattern.
 */
function walks<P, T>(
  pattern: readonly P[],
  items: readonly T[],
  isStar: (p: P) => boolean,
  one: (p: P, t: T) => boolean,
) {
  let [at, star, mark] = [0, -1, 0];
  for (let i = 0; i < items.length;) {
    const [p, item] = [pattern[at], items[i]];
    if (p !== undefined && isStar(p)) [star, mark] = [at++, i];
    else if (p !== undefined && item !== undefined && one(p, item)) [at, i] = [at + 1, i + 1];
    else if (star >= 0) [at, i] = [star + 1, ++mark];
    else return false;
  }
  return pattern.slice(at).every(isStar);
}

const nameFits = (segment: Segment, name: string): boolean =>
  segment !== "**" && walks(segment, Array.from(name), (token) => token.kind === "star", fits);

const pathFits = (pattern: readonly Segment[], names: readonly string[]): boolean =>
  walks<Segment, string>(pattern, names, (segment) => segment === "**", nameFits);

/** Whether the path, or a directory above it, is what one of the patterns says. */
export function matches(path: string, patterns: readonly string[]): boolean {
  const names = path.split("/").filter((name) => name !== "");
  return patterns.some((pattern) => {
    if (pattern.length > MAX_PATTERN) return false;
    // `app/[id]/page.tsx` is a path that people have.
    if (pattern === path) return true;
    return (alternatives(pattern) ?? []).some((one) => {
      const wanted = segments(one);
      return wanted.length > 0 && pathFits([...wanted, "**"], names);
    });
  });
}

/** A pattern for one word, in which a slash is a letter like any other. */
export function wordMatcher(pattern: string): (word: string) => boolean {
  const wanted = tokens(pattern.slice(0, MAX_PATTERN + 1));
  if (pattern.length > MAX_PATTERN) return () => false;
  return (word) => nameFits(wanted, word);
}
