/** Decodes terminal input into keys. Pure. */

export type Key =
  /** One printable character. */
  | { readonly kind: "char"; readonly char: string }
  | { readonly kind: "enter" | "escape" | "backspace" | "tab" | "delete-line" }
  | { readonly kind: "up" | "down" | "page-up" | "page-down" | "home" | "end" }
  /** Ctrl-C, Ctrl-Z, Ctrl-L. */
  | { readonly kind: "interrupt" | "suspend" | "redraw" }
  /** Pasted text: never interpreted as keys. */
  | { readonly kind: "paste"; readonly text: string }
  /** A click, with line and column from 0. */
  | { readonly kind: "click"; readonly row: number; readonly column: number }
  /** The mouse wheel. */
  | { readonly kind: "scroll"; readonly by: -1 | 1 };

/** The keys decoded, and an incomplete sequence that the next bytes may complete. */
export interface Decoded {
  readonly keys: readonly Key[];
  readonly rest: string;
}

const ESC = "\u001b";
const PASTE = `${ESC}[200~`;
const PASTED = `${ESC}[201~`;

const NAMED: Readonly<Record<string, Key>> = {
  "[A": { kind: "up" },
  OA: { kind: "up" },
  "[B": { kind: "down" },
  OB: { kind: "down" },
  "[5~": { kind: "page-up" },
  "[6~": { kind: "page-down" },
  "[H": { kind: "home" },
  OH: { kind: "home" },
  "[1~": { kind: "home" },
  "[F": { kind: "end" },
  OF: { kind: "end" },
  "[4~": { kind: "end" },
};

const CONTROL: Readonly<Record<string, Key>> = {
  "\r": { kind: "enter" },
  "\n": { kind: "enter" },
  "\t": { kind: "tab" },
  "\u007f": { kind: "backspace" },
  "\b": { kind: "backspace" },
  "\u0003": { kind: "interrupt" },
  "\u000c": { kind: "redraw" },
  "\u0015": { kind: "delete-line" },
  "\u001a": { kind: "suspend" },
  "\u0006": { kind: "page-down" },
  "\u0002": { kind: "page-up" },
};

/** In a paste whose end has not arrived. */
export const isPasting = (rest: string): boolean => rest.startsWith(PASTE);

/** SGR mouse: button, column, row from 1; `M` press, `m` release. */
const MOUSE = /^\[<(\d+);(\d+);(\d+)([Mm])/;
/** Any other CSI sequence: parameters, then a letter or `~`. */
const SEQUENCE = /^(?:\[[\d;?<]*[ -/]*[@-~]|O[A-Z])/;
const UNFINISHED = /^(?:\[[\d;?<]*|O)?$/;

function mouseKey([, button = "", column = "", row = "", end]: RegExpExecArray): Key[] {
  if (button === "64") return [{ kind: "scroll", by: -1 }];
  if (button === "65") return [{ kind: "scroll", by: 1 }];
  return button === "0" && end === "M" ? [{ kind: "click", row: Number(row) - 1, column: Number(column) - 1 }] : [];
}

/** `isAll`: no more bytes are expected, so a single ESC is the key. */
export function decodeKeys(text: string, isAll: boolean): Decoded {
  const keys: Key[] = [];
  if (isAll && isPasting(text) && !text.includes(PASTED)) return { keys, rest: text };
  let at = 0;
  while (at < text.length) {
    if (text.startsWith(PASTE, at)) {
      const end = text.indexOf(PASTED, at);
      if (end < 0) return { keys, rest: text.slice(at) };
      keys.push({ kind: "paste", text: text.slice(at + PASTE.length, end) });
      at = end + PASTED.length;
      continue;
    }
    const [char = ""] = text.slice(at, at + 2).match(/^[\ud800-\udbff][\udc00-\udfff]/) ?? [text[at]];
    if (char !== ESC) {
      const control = CONTROL[char];
      if (control !== undefined) keys.push(control);
      else if (char >= " ") keys.push({ kind: "char", char });
      at += char.length;
      continue;
    }
    const after = text.slice(at + 1, at + 40);
    const mouse = MOUSE.exec(after);
    const sequence = SEQUENCE.exec(after);
    if (mouse !== null) keys.push(...mouseKey(mouse));
    else if (sequence !== null) keys.push(...[NAMED[sequence[0]] ?? []].flat());
    else if (UNFINISHED.test(after) && !isAll) return { keys, rest: text.slice(at) };
    else keys.push({ kind: "escape" });
    at += 1 + (mouse ?? sequence ?? [""])[0].length;
  }
  return { keys, rest: "" };
}
