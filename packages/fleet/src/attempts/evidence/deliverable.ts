/**
 * An answer that is expected of a task is what the task is for: the reason with which it is closed, or a file that its work
 * writes. `deliver` is pure; `readAnswer` looks at the file.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";

import { MIB, readBounded } from "@fleet/kit/read";
import { isBlank } from "@fleet/kit/text";
import { sizeText } from "@fleet/kit/size";

export type Wanted =
  /** The closing words. */
  | { readonly kind: "words" }
  /** A file, by its path from the task's directory. */
  | { readonly kind: "file"; readonly file: string };

export type Delivered =
  | { readonly kind: "there"; readonly file: string | undefined; readonly text: string }
  /** `why` completes "an answer was expected, and …". */
  | { readonly kind: "missing"; readonly why: string };

/** The file of an answer, as it is: its text, or why there is none, which completes "FILE …". */
export type AnswerFile =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "absent" }
  | { readonly kind: "unreadable"; readonly why: string };

/** A longer answer is none that people read. */
const MOST = MIB;

/** The answer that is expected; the first, where several are. */
export function answerIn(expect: readonly string[]): Wanted | undefined {
  for (const one of expect) {
    if (one === "answer") return { kind: "words" };
    if (one.startsWith("answer:")) return { kind: "file", file: one.slice("answer:".length) };
  }
  return undefined;
}

export function readAnswer(cwd: string, file: string): AnswerFile {
  const read = readBounded(join(cwd, file), { most: MOST });
  switch (read.kind) {
    case "text":
      return read;
    case "absent":
      return { kind: "absent" };
    case "unreadable":
      return { kind: "unreadable", why: read.why };
  }
}

export interface Words {
  /** The reason given with the closing call. */
  readonly closing: string | undefined;
  /** The last words of an agent that ended well and closed nothing. */
  readonly last: string;
}

/** The reason that `bd close` writes if none is given. */
const NO_REASON = "Closed";

export function deliverWords({ closing, last }: Words): Delivered {
  const words = closing ?? last;
  if (closing !== undefined && closing === NO_REASON)
    return { kind: "missing", why: "it was closed without a reason, which is where the answer belongs" };
  if (isBlank(words)) return { kind: "missing", why: "it ended without a word" };
  if (words.length > MOST) return { kind: "missing", why: `its closing words are longer than ${sizeText(MOST)}` };
  return { kind: "there", file: undefined, text: words };
}

/** A digest of a file; empty if it does not exist or can't be read. */
export const markOf = (read: AnswerFile): string =>
  read.kind === "text" ? createHash("sha256").update(read.text).digest("hex") : "";

/** `before`: the mark of the file where the task began; undefined where that is not known. */
export function deliverFile(file: string, now: AnswerFile, before: string | undefined): Delivered {
  switch (now.kind) {
    case "absent":
      return { kind: "missing", why: `${file} is not there` };
    case "unreadable":
      return { kind: "missing", why: `${file} can't be read: ${now.why}` };
    case "text":
      if (isBlank(now.text)) return { kind: "missing", why: `${file} is empty` };
      if (before === markOf(now)) return { kind: "missing", why: `${file} is as it was before the work` };
      return { kind: "there", file, text: now.text };
  }
}
