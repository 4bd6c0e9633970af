/** Short texts about an attempt, for table cells. */

/** "claude/opus". */
export const withModel = (coder: string | null | undefined, model: string | null | undefined): string =>
  `${coder ?? ""}${model === null || model === undefined ? "" : `/${model}`}`;

/** "+12 -3": the lines of its commits. */
export const linesText = (row: {
  readonly added?: number | undefined;
  readonly deleted?: number | undefined;
}): string => (row.added === undefined ? "" : `+${row.added} -${row.deleted ?? 0}`);

/** "2/3": so many passed. */
export const checksText = (checks: readonly { readonly verdict: string }[]): string =>
  checks.length === 0 ? "" : `${checks.filter(({ verdict }) => verdict === "passed").length}/${checks.length}`;
