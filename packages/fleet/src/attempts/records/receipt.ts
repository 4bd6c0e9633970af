/** The receipt of an attempt: all that its verdict went by. */
import { join } from "node:path";

import { replaceFile } from "@fleet/kit/files";
import { readJsonAs } from "@fleet/kit/json";
import { type Redact, redactedJson } from "@fleet/kit/redact";
import * as z from "zod/mini";

import { GRADES } from "../evidence/grade.ts";
import { FILES } from "./files.ts";
import { onBase } from "./on-base.ts";
import { OUTCOMES } from "./outcome.ts";
import { usage } from "./usage.ts";

const tally = z.object({ ok: z.number(), failed: z.number(), untold: z.optional(z.number()) });
const checked = z.object({
  command: z.string(),
  verdict: z.enum(["passed", "failed", "timed-out", "interrupted"]),
  code: z.optional(z.number()),
  ms: z.number(),
  /** RFC 3339: when its last run began. */
  at: z.optional(z.string()),
  /** How often it was run: again when it failed beside another attempt, or was interrupted. */
  runs: z.number(),
  /** It failed before it passed, with no concurrent attempt. */
  flaky: z.optional(z.boolean()),
  /** The end of what it printed. */
  tail: z.string(),
});

/**
 * How an attempt said that it is done. closed: by the call that closes its task · no-change: by that, and nothing had to change ·
 * ended: it ended well, and these were its last words; null where it said nothing.
 */
const claim = z.object({ how: z.enum(["closed", "no-change", "ended"]), words: z.nullable(z.string()) });

const receipt = z.object({
  task: z.optional(z.string()),
  attempt: z.optional(z.number()),
  coder: z.optional(z.string()),
  model: z.optional(z.string()),
  /** RFC 3339: when it was judged. */
  at: z.optional(z.string()),
  claim: z.optional(claim),
  /** The reason given with `bd close` from inside, where there was one. */
  closed_from_inside: z.optional(z.string()),
  tools_finished: z.number(),
  reports_tools: z.boolean(),
  /** Tools, by the coder's names. */
  tools: z.optional(z.record(z.string(), tally)),
  exit_code: z.optional(z.number()),
  verdict: z.enum(OUTCOMES),
  /** If it is done: how strong its evidence is. */
  grade: z.optional(z.enum(GRADES)),
  /** Where its work is measured from, whichever attempt of the task began it: the commit, where there was one, and when. */
  base: z.optional(z.object({ commit: z.optional(z.string()), at: z.string() })),
  /** The commit that was checked out at its end. */
  head: z.optional(z.string()),
  /** Paths from the task's directory; where they come from is said, because another attempt may have worked beside it. */
  files: z.optional(
    z.object({
      from: z.enum(["git", "listing", "tools", "unknown"]),
      changed: z.array(z.string()),
      /** The number of changed files, if the list was cut. */
      count: z.number(),
      /** Lines of those of them in which git counts lines: from the base to how they are now. */
      added: z.optional(z.number()),
      deleted: z.optional(z.number()),
      lines: z.optional(z.array(z.object({ path: z.string(), added: z.number(), deleted: z.number() }))),
      note: z.optional(z.string()),
    }),
  ),
  /** Who took its work, where a person did. */
  accepted: z.optional(z.object({ by: z.string(), at: z.string(), words: z.nullable(z.string()) })),
  commits: z.optional(z.array(z.object({ hash: z.string(), subject: z.string() }))),
  /** Its git commands, by git's own trace; absent if unknown. */
  commands: z.optional(z.array(z.object({ command: z.string(), runs: z.number(), failed: z.number() }))),
  /** Calls of its tools that failed, as its stream tells it. */
  failures: z.optional(z.array(z.object({ tool: z.string(), what: z.string(), times: z.number() }))),
  /** Uncommitted files, and unpushed commits if the branch has an upstream: reported, not judged. */
  residuals: z.optional(z.object({ dirty: z.array(z.string()), unpushed: z.optional(z.number()) })),
  checks: z.optional(z.array(checked)),
  /** How what is to be proven failed where the work began. */
  on_base: z.optional(z.array(onBase)),
  /** Files that the checks themselves changed. */
  changed_by_checks: z.optional(z.array(z.string())),
  /** Why its claim was not believed, in words. */
  missing: z.optional(z.array(z.string())),
  /** Changed, and was not to be. */
  outside: z.optional(z.array(z.string())),
  /** Protected files that changed. */
  protected: z.optional(
    z.array(z.object({ what: z.string(), put_back: z.string(), whose: z.enum(["own", "other", "unknown"]) })),
  ),
  /** Such changes were not refused as they happened, because hooks are switched off in this file. */
  unguarded: z.optional(z.string()),
  usage: z.optional(usage),
  duration_ms: z.optional(z.number()),
  /** Attempts at work in the same place meanwhile. */
  overlapped: z.optional(z.array(z.object({ task: z.string(), n: z.number() }))),
  /** Things not looked at, or not known: one line each. */
  not_looked_at: z.optional(z.array(z.string())),
  /** The usage of all attempts of its task until now, including this one. `usd` is absent if no coder reported any. */
  all: z.optional(
    z.object({ attempts: z.number(), duration_ms: z.number(), tokens: z.number(), usd: z.optional(z.number()) }),
  ),
});
export type Receipt = z.infer<typeof receipt>;
export const RECEIPT_FIELDS: readonly string[] = Object.keys(receipt.shape);

export const readReceipt = (dir: string): Receipt | undefined => readJsonAs(join(dir, FILES.receipt), receipt);
export const writeReceipt = (dir: string, record: Receipt, redact?: Redact): void =>
  replaceFile(join(dir, FILES.receipt), redactedJson(record, redact, 2));
