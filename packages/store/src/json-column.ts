/**
 * Where a text stops being JSON. V8 says "at position N" in some versions and for some errors only (Node 20.20 names none
 * for an unexpected token), so the place is found here. Asked only of text that JSON.parse has refused.
 */
const SPACE = /[ \t\r\n]*/y;
const STRING = /"(?:[ !#-[\]-\u{10ffff}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** The tokens that may follow. */
type Expect = "value" | "value-or-end" | "key" | "key-or-end" | "colon" | "comma-or-end";

function matchAt(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

/** The column, from 1, of the first character that can't stand there; one past the end where the text is cut short. */
export function columnOf(text: string): number {
  const open: string[] = [];
  let expect: Expect = "value";
  let at = matchAt(SPACE, text, 0) ?? 0;
  while (at < text.length) {
    const char = text[at] ?? "";
    let next: number | undefined;
    const closes = char !== "" && open.at(-1) === char;
    if (closes && (expect === "comma-or-end" || expect === "value-or-end" || expect === "key-or-end")) {
      open.pop();
      next = at + 1;
      expect = "comma-or-end";
    } else if (expect === "value" || expect === "value-or-end") {
      if (char === "{" || char === "[") {
        open.push(char === "{" ? "}" : "]");
        next = at + 1;
        expect = char === "{" ? "key-or-end" : "value-or-end";
      } else {
        next = matchAt(char === '"' ? STRING : SCALAR, text, at);
        expect = "comma-or-end";
      }
    } else if (expect === "key" || expect === "key-or-end") {
      next = matchAt(STRING, text, at);
      expect = "colon";
    } else if (expect === "colon") {
      next = char === ":" ? at + 1 : undefined;
      expect = "value";
    } else {
      next = char === "," && open.length > 0 ? at + 1 : undefined;
      expect = open.at(-1) === "}" ? "key" : "value";
    }
    if (next === undefined) return at + 1;
    at = matchAt(SPACE, text, next) ?? next;
  }
  return text.length + 1;
}
