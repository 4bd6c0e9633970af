/**
 * Path patterns: `*` and `?` within a name, `**` over directories, `[ab]`, `{a,b}`. A pattern that names a directory
 * (`src`, `src/`) means everything below it too. Pure; node's own `matchesGlob` is not in Node 20.
 */
const SPECIAL = /[.+^$()|\\]/;

export function globExpression(pattern: string): RegExp {
  const text = pattern.replace(/^\.\//, "").replace(/\/+$/, "");
  let out = "";
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (text.startsWith("**", at)) {
      const whole = (at === 0 || text[at - 1] === "/") && text[at + 2] === "/";
      out += whole ? "(?:[^/]+/)*" : ".*";
      at += whole ? 2 : 1;
    } else if (char === "*") out += "[^/]*";
    else if (char === "?") out += "[^/]";
    else if (char === "[" && text.includes("]", at + 2)) {
      const end = text.indexOf("]", at + 2);
      const inside = text
        .slice(at + 1, end)
        .replace(/^!/, "^")
        .replaceAll("\\", "\\\\");
      out += `[${inside}]`;
      at = end;
    } else if (char === "{" && text.includes("}", at)) {
      depth++;
      out += "(?:";
    } else if (char === "}" && depth > 0) {
      depth--;
      out += ")";
    } else if (char === "," && depth > 0) out += "|";
    else out += SPECIAL.test(char) || "[]{}".includes(char) ? `\\${char}` : char;
  }
  const below = "(?:/.*)?";
  return new RegExp(`^(?:${out}${")".repeat(depth)})${below}$`, "s");
}

export function matches(path: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    try {
      return globExpression(pattern).test(path);
    } catch {
      // A class that is none (`[z-a]`) is taken by its letters.
      return pattern === path;
    }
  });
}
