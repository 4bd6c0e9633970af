/** The receipt of an attempt in the trailers of a commit: one line each, short enough for people who read the history. Pure. */
import { counted, usdText } from "@fleet/kit/figures";
import { clip, oneLine, someOf } from "@fleet/kit/text";

import type { OutcomeRecord } from "../records/record.ts";
import type { Receipt } from "../records/receipt.ts";

/** Longer lists end with how many more there are. */
const MOST_NAMED = 20;
const COMMAND = 200;
/** Digits of a commit's name that tell it from others. */
const SHORT = 10;

export type Trailers = readonly (readonly [name: string, value: string])[];

/** `receipt`: undefined where it can't be read; then the verdict says what it knows. */
export function receiptTrailers(
  receipt: Receipt | undefined,
  outcome: Omit<OutcomeRecord, "kind" | "becomes">,
): Trailers {
  return [
    ...(outcome.grade === undefined ? [] : [["Fleet-Grade", outcome.grade] as const]),
    ["Fleet-Receipt", summaryOf(receipt, outcome)],
    ...(receipt === undefined ? [] : factsOf(receipt)),
  ];
}

/** For work that a person accepted: the grade is theirs, and is in the commit already. */
export const acceptedTrailers = (receipt: Receipt): Trailers => [
  ["Fleet-Receipt", summaryOf(receipt, receipt)],
  ...factsOf(receipt),
];

function summaryOf(
  receipt: Receipt | undefined,
  { usage, exit_code, duration_ms }: Pick<Receipt, "usage" | "exit_code" | "duration_ms">,
): string {
  const tokens = (usage?.input ?? 0) + (usage?.output ?? 0);
  return [
    exit_code === undefined ? "no exit status" : `exit ${exit_code}`,
    counted(receipt?.tools_finished ?? 0, "tool"),
    ...(duration_ms === undefined ? [] : [seconds(duration_ms)]),
    ...(tokens === 0 ? [] : [counted(tokens, "token")]),
  ].join(", ");
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`;

/** Trailers that do not depend on who accepted the work, fleet or a person. */
export function factsOf(receipt: Receipt): Trailers {
  const { base, head, commits = [], checks = [], on_base = [], overlapped = [], all } = receipt;
  const said: (readonly [string, string | undefined])[] = [
    ["Fleet-Base", base === undefined ? undefined : `${base.commit ?? "no commit"}, ${base.at}`],
    ["Fleet-Head", head],
    ["Fleet-Changed", changed(receipt)],
    ["Fleet-Commits", some(commits.map(({ hash }) => hash.slice(0, SHORT)))],
    ["Fleet-Commands", some(commandTexts(receipt))],
    ...on_base.map(({ command, verdict, code, commit }): [string, string] => [
      "Fleet-On-Base",
      `${ended(verdict, code)}${commit === undefined ? "" : ` at ${commit.slice(0, SHORT)}`}: ${line(command)}`,
    ]),
    ...checks.map(({ command, verdict, ms }): [string, string] => [
      "Fleet-Check",
      `${verdict} in ${(ms / 1000).toFixed(1)} s: ${line(command)}`,
    ]),
    ["Fleet-Overlapped", some(overlapped.map(({ task, n }) => `${task} attempt ${n}`))],
    ["Fleet-Spent", all === undefined ? undefined : spent(all)],
  ];
  return said.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

const some = (names: readonly string[]): string | undefined =>
  names.length === 0 ? undefined : someOf(names, MOST_NAMED);

const line = (command: string): string => clip(oneLine(command), COMMAND);

const ended = (verdict: string, code: number | undefined): string =>
  code === undefined ? verdict : `${verdict} (exit ${code})`;

function changed({ files }: Receipt): string | undefined {
  if (files === undefined || files.count === 0) return undefined;
  const { count, added, deleted, from } = files;
  const lines = added === undefined ? "" : `, +${added} -${deleted ?? 0}`;
  return `${counted(count, "file")}${lines} (${from})`;
}

const commandTexts = ({ commands = [] }: Receipt): string[] =>
  commands.map(({ command, runs, failed }) => `${command} ${runs}${failed === 0 ? "" : ` (${failed} failed)`}`);

function spent({ attempts, duration_ms, tokens, usd }: NonNullable<Receipt["all"]>): string {
  const told = [...(tokens === 0 ? [] : [counted(tokens, "token")]), ...(usd === undefined ? [] : [usdText(usd)])];
  return [counted(attempts, "attempt"), seconds(duration_ms), ...told].join(", ");
}
