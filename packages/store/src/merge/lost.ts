/** Nothing that was acknowledged disappears silently: a value that lost becomes a comment, the same one in any order of merges. */
import type { Comment, Issue } from "../issue.ts";
import { clip } from "@fleet/kit/text";
import { derivedUuid } from "./canonical.ts";
import { mergeRecord } from "./record.ts";
import { registerOf, shown } from "./registers.ts";
import { STATUS } from "./status-group.ts";

/** A value of a field that another edit, concurrent with it, has taken the place of. */
export interface Lost {
  readonly field: string;
  /** As a person reads it. */
  readonly value: string;
  readonly at: string;
}

const LIMIT = 2_048;

function shortened(value: string): string {
  if (Buffer.byteLength(value) <= LIMIT) return value;
  const cut = Buffer.from(value)
    .subarray(0, LIMIT)
    .toString("utf8")
    .replace(/\ufffd+$/, "");
  return `${cut}… (shortened; the full text is in the history: fleet bd history)`;
}

/** One line for the commit's message. */
export function lostLine(id: string, { field, value, at }: Lost): string {
  const line = value.replaceAll(/\s+/g, " ");
  return `${id}: ${field} of ${at} lost: ${clip(line, 121)}`;
}

export const lostId = (issue: Issue, field: string, value: string): string =>
  derivedUuid("lost", mergeRecord(issue).was ?? issue.id, field, value);

/** True for the id of a comment that a merge made. */
export const isDerived = (id: string): boolean => /^[0-9a-f]{8}-[0-9a-f]{4}-8/.test(id);

const BEGINNING = "Lost to another edit when two homes were merged, as of";

/** Of two claims that lost, the earlier would have stood for both; of two of anything else, the later (status-group.ts). */
export const isLostClaim = ({ text }: Comment): boolean =>
  text.startsWith(BEGINNING) && /^ \S+: status: in_progress(?:,|$)/.test(text.slice(BEGINNING.length));

/** It names nothing but what was lost and when, so that it reads the same whoever lost to whom first. */
export function lostComment(issue: Issue, lost: Lost): Comment {
  const register = registerOf(lost.field);
  const what =
    lost.field === STATUS
      ? `status: ${lost.value}`
      : register.kind === "label"
        ? `label ${register.label}: ${lost.value}`
        : register.kind === "edge"
          ? `dependency on ${register.target}: ${lost.value}`
          : `${lost.field}:\n${shortened(lost.value)}`;
  return {
    id: lostId(issue, lost.field, lost.value),
    issue_id: issue.id,
    author: "fleet",
    text: `${BEGINNING} ${lost.at}: ${shortened(what)}`,
    created_at: lost.at,
  };
}

export const lostValue = (name: string, value: unknown): string => shown(name, value);
