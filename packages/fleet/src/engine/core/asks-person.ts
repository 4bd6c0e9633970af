/**
 * What programs print when they wait for a person. A coder that says so in its own events needs none of this; the
 * words count only where nothing else happens: no tool is open, and nothing has come for a while.
 */
import type { Need } from "@fleet/coders/events";
import { clip } from "@fleet/kit/text";

interface Sign {
  readonly for: Need;
  readonly pattern: RegExp;
}

/** A prompt waits on its own line, which has no end yet. */
const PROMPTS: readonly Sign[] = [
  { for: "login", pattern: /\b(?:enter|paste|type)\b.*\b(?:code|token|key)\b.*[:>?]\s*$/i },
  { for: "login", pattern: /\b(?:password|passphrase|user ?name|api key)\b[^:]*:\s*$/i },
  { for: "permission", pattern: /[[(]\s*y(?:es)?\s*(?:\/|\||,).*[\])]\s*[:?>]?\s*$/i },
  { for: "permission", pattern: /\b(?:allow|approve|permit|proceed|trust|continue)\b.*\?\s*$/i },
  { for: "question", pattern: /\bpress (?:enter|return|any key|a key)\b/i },
];

/** A page to sign in at. It may be no more than a notice, so by itself it is not believed before the coder seems to hang. */
const PAGES: readonly RegExp[] = [
  /\b(?:log ?in|sign ?in|authori[sz]e|authenticat(?:e|ion)|verification|device code)\b.*https?:\/\/\S+/i,
  /\b(?:visit|open|go to|navigate to|browser)\b.*https?:\/\/\S*(?:login|auth|device|activate|sign-?in)/i,
];

/** So far back a line still says what it waits for. */
const LINES = 5;
const WORDS = 200;

// Colours and cursor movements of a terminal.
// oxlint-disable-next-line no-control-regex
const CONTROL = /\u001b\[[0-9;?]*[A-Za-z]|[\u0000-\u0009\u000b-\u001f]/g;

export interface Asked {
  readonly for: Need;
  readonly text: string;
  /** It waits at a prompt; otherwise the words may be just a notice. */
  readonly isPrompt: boolean;
}

/** `text`: the end of what it printed, unfinished line included; undefined if it asks nothing. */
export function asksPerson(text: string): Asked | undefined {
  const lines = text.replaceAll("\r", "\n").replaceAll(CONTROL, "").split("\n");
  const last = (lines.at(-1) ?? "").trim();
  const recent = lines.filter((line) => line.trim() !== "").slice(-LINES);
  const page = recent.find((line) => PAGES.some((pattern) => pattern.test(line)))?.trim();
  const prompt = PROMPTS.find(({ pattern }) => pattern.test(last));
  if (prompt === undefined)
    return page === undefined ? undefined : { for: "login", text: clip(page, WORDS), isPrompt: false };
  const before = prompt.for === "login" && page !== undefined && page !== last ? `${page} ` : "";
  return { for: prompt.for, text: clip(`${before}${last}`, WORDS), isPrompt: true };
}
