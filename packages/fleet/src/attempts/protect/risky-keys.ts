/** Of a repository's own configuration the keys by which git runs or reads something else. Pure. */

/** Programs that git runs by itself, and files that it reads as configuration. */
const RISKY = [
  /^core\.(?:hookspath|fsmonitor|sshcommand|pager|editor)$/,
  /^include(?:if\..*)?\.path$/,
  /^filter\..*\.(?:clean|smudge|process|required)$/,
  /^alias\./,
];

/** By key (section and last part in lower case), with its values in their order. */
export function riskyKeys(text: string): Readonly<Record<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  let section = "";
  for (const line of text.replaceAll(/\\\r?\n/g, "").split("\n")) {
    const header = /^\s*\[\s*([\w.-]+)(?:\s+"((?:[^"\\]|\\.)*)")?\s*\]/.exec(line);
    if (header !== null) {
      const [, name = "", sub] = header;
      section = sub === undefined ? name.toLowerCase() : `${name.toLowerCase()}.${sub.replaceAll(/\\(.)/g, "$1")}`;
    }
    // A key may stand behind its section's head.
    const [, name, value] = /^\s*([A-Za-z][\w-]*)\s*(?:=\s*(.*))?$/.exec(line.slice(header?.[0].length ?? 0)) ?? [];
    if (name === undefined) continue;
    const key = `${section}.${name.toLowerCase()}`;
    if (RISKY.some((pattern) => pattern.test(key)))
      found.set(key, [...(found.get(key) ?? []), (value ?? "true").trim()]);
  }
  return Object.fromEntries(found);
}
