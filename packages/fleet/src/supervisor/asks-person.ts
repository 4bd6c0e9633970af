/**
 * What programs print when they stand still for a person. A coder that says so in its own events needs none of this; the
 * words count only where nothing else happens: no tool is open, and nothing has come for a while.
 */
import type { Need } from "@fleet/coders/events";

interface Sign {
  readonly for: Need;
  readonly pattern: RegExp;
  /** A prompt waits on its own line; a page to visit may stand in a line above. */
  readonly where: "prompt" | "line";
}

const SIGNS: readonly Sign[] = [
  {
    for: "login",
    where: "line",
    pattern: /\b(?:log ?in|sign ?in|authori[sz]e|authenticate|verification|device code)\b.*https?:\/\/\S+/i,
  },
  {
    for: "login",
    where: "line",
    pattern: /\b(?:visit|open|go to|browser)\b.*https?:\/\/\S*(?:login|auth|device|activate|sign-?in)/i,
  },
  { for: "login", where: "prompt", pattern: /\b(?:enter|paste|type)\b.*\b(?:code|token|key)\b.*[:>?]\s*$/i },
  { for: "login", where: "prompt", pattern: /\b(?:password|passphrase|user ?name|api key)\b[^:]*:\s*$/i },
  { for: "permission", where: "prompt", pattern: /[[(]\s*y(?:es)?\s*(?:\/|\||,).*[\])]\s*[:?>]?\s*$/i },
  { for: "permission", where: "prompt", pattern: /\b(?:allow|approve|permit|proceed|trust|continue)\b.*\?\s*$/i },
  { for: "question", where: "prompt", pattern: /\bpress (?:enter|return|any key|a key)\b/i },
];

/** So far back a line still says what it waits for. */
const LINES = 5;
const WORDS = 200;

// Colours and cursor movements of a terminal.
// oxlint-disable-next-line no-control-regex
const CONTROL = /\u001b\[[0-9;?]*[A-Za-z]|[\u0000-\u0009\u000b-\u001f]/g;

/** `text`: the end of what it printed, unfinished line included; undefined where it asks for nobody. */
export function asksPerson(text: string): { readonly for: Need; readonly text: string } | undefined {
  const lines = text.replaceAll("\r", "\n").replaceAll(CONTROL, "").split("\n");
  const prompt = lines.at(-1) ?? "";
  const recent = lines.filter((line) => line.trim() !== "").slice(-LINES);
  for (const { for: need, where, pattern } of SIGNS) {
    const found =
      where === "prompt" ? (pattern.test(prompt) ? prompt : undefined) : recent.find((l) => pattern.test(l));
    if (found !== undefined) return { for: need, text: found.trim().slice(0, WORDS) };
  }
  return undefined;
}
