/**
 * A line of sh taken apart in one pass from left to right, as the shell does it: what is quoted ends no word and begins no comment.
 * Only lines that any shell reads alike.
 */

export type ShellToken =
  /** `text`: without its quotes. `isFixed`: the shell puts nothing else in its place (a variable, a list in braces). */
  | { readonly kind: "word"; readonly text: string; readonly isFixed: boolean }
  /** The end of a command: a newline, `;`, `|`, `&`, and those of two characters. */
  | { readonly kind: "end" }
  /** A redirection of output to nowhere or to another output. */
  | { readonly kind: "harmless" }
  /** Any other redirection, and brackets. */
  | { readonly kind: "other" };

const END = String.raw`(?=[\s;|&]|$)`;
const TOKEN = new RegExp(
  [
    String.raw`(?<blank>[ \t]+)`,
    String.raw`(?<harmless>(?:\d|&)?>{1,2}[ \t]*(?:\/dev\/null|&\d)${END})`,
    String.raw`(?<end>[\n;|&]+)`,
    String.raw`(?<other>[<>()]+)`,
    String.raw`(?<word>(?:[^\s'"\\;|&<>()]|\\[^\n]|'[^']*'|"(?:[^"\\]|\\[^])*")+)`,
  ].join("|"),
  "y",
);
const PART = /'(?<single>[^']*)'|"(?<double>(?:[^"\\]|\\[^])*)"|\\(?<one>[^])|(?<plain>[^'"\\]+)/g;
/** To whom `#` is a word in the middle of a line, as in some interactive shells, and to whom the rest is a comment. */
const COMMENT = /#[^\n'"\\`$;|&<>()]*(?=\n|$)/y;
const LIST = /\{[^}]*(?:,|\.\.)/;

/** Undefined where a quote stays open, another command is inside (`$(…)`, a backquote), or a comment could be read otherwise. */
export function shellTokens(line: string): ShellToken[] | undefined {
  const tokens: ShellToken[] = [];
  for (let at = 0; at < line.length;) {
    const isFirst = (tokens.at(-1)?.kind ?? "end") === "end";
    if (line[at] === "#") {
      COMMENT.lastIndex = at;
      const comment = isFirst ? COMMENT.exec(line)?.[0] : undefined;
      if (comment === undefined) return undefined;
      at += comment.length;
      continue;
    }
    TOKEN.lastIndex = at;
    const { 0: text = "", groups } = TOKEN.exec(line) ?? {};
    if (text === "") return undefined;
    at += text.length;
    if (groups?.["blank"] !== undefined) continue;
    const token = groups?.["word"] === undefined ? undefined : word(text);
    if (token === null) return undefined;
    tokens.push(
      token ?? {
        kind: groups?.["end"] !== undefined ? "end" : groups?.["harmless"] !== undefined ? "harmless" : "other",
      },
    );
  }
  return tokens;
}

/** Null where a command is inside. */
function word(raw: string): Extract<ShellToken, { kind: "word" }> | null {
  let text = "";
  /** As it stands, `x` in the place of what is quoted: there alone braces make a list. */
  let bare = "";
  let isFixed = true;
  for (const { groups } of raw.matchAll(PART)) {
    const { single, double, one, plain } = groups ?? {};
    const open = plain ?? double?.replaceAll(/\\[^]/g, "") ?? "";
    if (/`|\$\(/.test(open)) return null;
    if (open.includes("$")) isFixed = false;
    bare += plain ?? "x";
    text += single ?? one ?? plain ?? (double ?? "").replaceAll(/\\(["\\$`])/g, "$1");
  }
  return { kind: "word", text, isFixed: isFixed && !LIST.test(bare) };
}
