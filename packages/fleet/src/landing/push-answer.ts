/**
 * Interprets the output of `git push --porcelain`. Pure. The exit status alone proves nothing: a server may accept the commit and
 * then lose the connection, and that reports both.
 */
import { type GitAnswer, reasonOf } from "@fleet/kit/git/git";
import { clip, oneLine } from "@fleet/kit/text";

import type { MoveEnd } from "./move.ts";

/** One ref's line: a flag, the refs, what became of it. */
interface Line {
  readonly flag: string;
  readonly summary: string;
}

function lineOf(stdout: string, ref: string): Line | undefined {
  for (const text of stdout.split("\n")) {
    const [flag = "", refs = "", summary = ""] = text.split("\t");
    if (refs.endsWith(`:${ref}`)) return { flag, summary };
  }
  return undefined;
}

const TAKEN = new Set([" ", "=", "+", "*"]);

/** Somebody pushed first: the new tip has to be fetched. */
const RACED =
  /\((?:stale info|fetch first|non-fast-forward|needs force|already exists|incorrect old value provided|.*but expected .*)\)/;
/** A server's own lock, or a temporary disk problem. */
const LOCKED =
  /\((?:failed to update ref|failed to lock|.*cannot lock ref.*|.*Unable to create .*\.lock.*|unpacker error|.*timed? ?out.*)\)/i;
/** The server took the pack and never reported the result. */
const SILENT = /\(remote (?:failed to report status|end hung up.*)\)/;

/** Permanent refusals: this identity may not push, and fetching again won't change that. */
const DENIED =
  /Authentication failed|Permission (?:to .* )?denied|could not read (?:Username|Password)|returned error: 40[13]|does not appear to be a git repository|[Rr]epository not found/;

/** Whether a server said that whoever this is may not. */
export const isDenied = (stderr: string): boolean => DENIED.test(stderr);

export function pushEnd(answer: GitAnswer, ref: string): MoveEnd {
  if (answer.kind === "unavailable") return { kind: "unsure", why: reasonOf(answer) };
  const line = lineOf(answer.stdout, ref);
  const stderr = answer.kind === "failed" ? answer.stderr : "";
  if (line === undefined)
    return answer.kind === "failed" && isDenied(stderr)
      ? { kind: "refused", why: reasonOf(answer) }
      : { kind: "unsure", why: answer.kind === "failed" ? reasonOf(answer) : "git did not say what it pushed" };
  const { flag, summary } = line;
  if (TAKEN.has(flag))
    return answer.kind === "ok" ? { kind: "moved" } : { kind: "unsure", why: `the connection ended early: ${summary}` };
  const why = [summary, ...saidBy(stderr)].join("; ");
  if (SILENT.test(summary)) return { kind: "unsure", why };
  if (RACED.test(summary)) return { kind: "again", why };
  if (LOCKED.test(summary)) return { kind: "wait", why };
  return { kind: "refused", why };
}

const MOST = 300;

/** The output of the server's hooks, for the person who decides. */
const saidBy = (stderr: string): string[] => {
  const lines = stderr.split("\n").flatMap((line) => /^remote: +(.*\S)/.exec(line)?.[1] ?? []);
  return lines.length === 0 ? [] : [clip(oneLine(lines.join(" ")), MOST)];
};
