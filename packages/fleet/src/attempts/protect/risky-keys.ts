/** Finds keys in a git configuration by which git runs or reads something else. Pure. */
import { isOfLfs } from "@fleet/kit/git/settings";

/** Programs that git runs by itself, and files that it reads as configuration. */
const RISKY = [
  /^core\.(?:hookspath|fsmonitor|sshcommand|pager|editor)$/,
  /^include(?:if\..*)?\.path$/,
  /^filter\..*\.(?:clean|smudge|process|required)$/,
  /^alias\./,
];

/** Harmless keys: they run nothing, or agents and tools set them every day. */
const HARMLESS = /^(?:core\.fsmonitor=(?:true|false)|core\.(?:pager|editor)=(?:|cat|true|false|:))$/;

const isRisky = (key: string, value: string): boolean =>
  RISKY.some((pattern) => pattern.test(key)) && !isOfLfs(key, value) && !HARMLESS.test(`${key}=${value}`);

export type Keys = Readonly<Record<string, readonly string[]>>;

const HEADER = /[^\S\n]*\[\s*([\w.-]+)(?:\s+"((?:[^"\\\n]|\\.)*)")?\s*\]/y;
const KEY = /[^\S\n]*([A-Za-z][\w-]*)[^\S\n]*(=?)[^\S\n]*/y;

/** The values of each key (section and last part in lower case), in git's order. */
export function riskyKeys(text: string): Keys {
  const found = new Map<string, string[]>();
  let section = "";
  for (let at = 0; at < text.length; at++) {
    const header = matchAt(HEADER, text, at);
    if (header !== null) {
      const [all, name = "", sub] = header;
      section = sub === undefined ? name.toLowerCase() : `${name.toLowerCase()}.${sub.replaceAll(/\\(.)/g, "$1")}`;
      at += all.length;
    }
    // A key may follow its section's header on the same line.
    const match = matchAt(KEY, text, at);
    const value = match === null ? undefined : valueAt(text, at + match[0].length);
    if (match !== null && value !== undefined) {
      const key = `${section}.${(match[1] ?? "").toLowerCase()}`;
      const set = match[2] === "" ? "true" : value.text;
      if (isRisky(key, set)) found.set(key, [...(found.get(key) ?? []), set]);
    }
    at = value?.end ?? endOfLine(text, at);
  }
  return Object.fromEntries(found);
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function endOfLine(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? text.length : end;
}

const ESCAPED: Readonly<Record<string, string>> = { n: "\n", t: "\t", b: "\b" };

/** A value without its quotes, its escapes, and what stands behind it as a comment; a backslash at the end of a line goes on in the next. */
function valueAt(text: string, from: number): { readonly text: string; readonly end: number } {
  let [value, kept, isQuoted] = ["", 0, false];
  for (let at = from; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "\n" || (!isQuoted && (char === "#" || char === ";")))
      return { text: value.slice(0, kept), end: endOfLine(text, at) };
    if (char === '"') isQuoted = !isQuoted;
    else if (char === "\\") {
      const next = text.startsWith("\r\n", at + 1) ? text.charAt(++at + 1) : text.charAt(at + 1);
      at++;
      if (next !== "\n") value += ESCAPED[next] ?? next;
    } else value += char;
    // Unquoted trailing blanks are not part of it.
    if (isQuoted || !/\s/.test(char)) kept = value.length;
  }
  return { text: value.slice(0, kept), end: text.length };
}
