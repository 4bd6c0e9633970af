/** A receipt in words: one page, the claim first and what was not looked at last. Pure. */
import { duration } from "@fleet/kit/duration";
import { counted, short, usdText } from "@fleet/kit/figures";
import { table } from "@fleet/kit/table";
import { clip, oneLine } from "@fleet/kit/text";
import { moment } from "@fleet/kit/when";

import type { Receipt } from "../records/receipt.ts";
import { unguardedText } from "./scope.ts";

/** Lines of a list on the page; `--json` has more. */
const SHOWN = 20;
/** Digits of a commit's name that tell it from others. */
const SHORT = 10;
const COMMAND = 200;

type Row = readonly [name: string, value: string | undefined];

const list = (names: readonly string[], count = names.length): string =>
  names.length === 0
    ? "none"
    : `${names.slice(0, SHOWN).join(", ")}${count > SHOWN ? ` and ${count - SHOWN} more` : ""}`;

/** A row for each, and one for how many more there are. */
function rowsOf<T>(name: string, all: readonly T[], text: (one: T) => string, count = all.length): Row[] {
  const rows = all.slice(0, SHOWN).map((one): Row => [name, text(one)]);
  return count > rows.length ? [...rows, ["", `and ${count - rows.length} more`]] : rows;
}

const NAMED = 5;

/** The changes, in one line. */
export function changeText(receipt: Receipt | undefined): string {
  const { files, commits = [], overlapped = [] } = receipt ?? {};
  if (files === undefined || (files.count === 0 && files.from === "unknown")) return "what changed is not known";
  const made = commits.length === 0 ? "" : `, ${counted(commits.length, "commit")}`;
  // Beside others it is not told of every change whose it is.
  if (files.count === 0)
    return `${overlapped.length === 0 ? "no file changed" : "no change is known to be its own"}${made}`;
  const named = list(files.changed.slice(0, NAMED));
  return `${counted(files.count, "file")} changed (${named}${files.count > NAMED ? ", …" : ""})${made}`;
}

export interface Page {
  /** The width of the terminal. */
  readonly width?: number;
  /** Milliseconds since 1970, for times of today. */
  readonly now: number;
}

export function describeReceipt(receipt: Receipt, { width = Infinity, now }: Page): string {
  const at = (written: string): string => moment(Date.parse(written), now);
  const rows: Row[] = [
    ["attempt", attemptText(receipt)],
    ...claimed(receipt, at),
    ...changedRows(receipt, at),
    ...ranRows(receipt),
    ...checkRows(receipt, at),
    ...doubts(receipt),
    ...spentRows(receipt),
  ];
  const shown = rows.flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]));
  return `${table(shown, { width }).join("\n")}\n${ends(receipt).join("")}`;
}

function attemptText({ task, attempt, coder, model }: Receipt): string | undefined {
  if (task === undefined) return undefined;
  return `${attempt ?? "?"} of ${task}, by ${coder ?? "?"}${model === undefined ? "" : ` (${model})`}`;
}

const HOW = {
  closed: "closed from inside",
  "no-change": "closed from inside, and nothing had to change",
  ended: "ended, and closed nothing",
} as const;

function claimed(receipt: Receipt, at: (written: string) => string): Row[] {
  const { claim, closed_from_inside: closed, accepted, grade, verdict, exit_code } = receipt;
  const words = claim === undefined ? closed : (claim.words ?? "");
  return [
    ["claim", words === undefined ? "none" : oneLine(words) === "" ? "(no words)" : oneLine(words)],
    ["", claim === undefined ? undefined : HOW[claim.how]],
    ["verdict", `${verdict}, ${exit_code === undefined ? "exit status unseen" : `exit ${exit_code}`}`],
    ["grade", accepted === undefined ? grade : `${gradeBefore(grade)}accepted by ${accepted.by}, ${at(accepted.at)}`],
    ["", accepted === undefined || (accepted.words ?? "") === "" ? undefined : oneLine(accepted.words ?? "")],
  ];
}

/** A person's word is a grade of its own, unless fleet believed the work already. */
const gradeBefore = (grade: Receipt["grade"]): string =>
  grade === undefined || grade === "accepted" ? "" : `${grade}: `;

function changedRows(receipt: Receipt, at: (written: string) => string): Row[] {
  const { base, head, files, commits = [] } = receipt;
  return [
    ["base", base === undefined ? undefined : `${base.commit?.slice(0, SHORT) ?? "no commit"}, ${at(base.at)}`],
    ["head", head === undefined ? undefined : head === base?.commit ? "the same" : head.slice(0, SHORT)],
    ["files changed", files === undefined ? undefined : filesText(files)],
    ...fileRows(files),
    ["", files?.note],
    ...rowsOf("commit", commits, ({ hash, subject }) => `${hash.slice(0, SHORT)} ${subject}`),
    ["left behind", residuals(receipt)],
  ];
}

function filesText({ from, count, added, deleted }: NonNullable<Receipt["files"]>): string {
  if (count === 0) return `none (from ${from})`;
  const lines = added === undefined ? "" : `, +${added} -${deleted ?? 0}`;
  return `${count}${lines} (from ${from})`;
}

/** Each with its lines, where they are known; else all in one. */
function fileRows(files: Receipt["files"]): Row[] {
  if (files === undefined || files.count === 0) return [];
  const { changed, count, lines = [] } = files;
  if (lines.length === 0) return [["", list(changed, count)]];
  const known = new Map(lines.map(({ path, added, deleted }) => [path, `+${added} -${deleted}`]));
  return rowsOf("", changed, (path) => `${path} ${known.get(path) ?? ""}`.trimEnd(), count);
}

function residuals({ residuals }: Receipt): string | undefined {
  if (residuals === undefined) return undefined;
  const { dirty } = residuals;
  const unpushed = residuals.unpushed ?? 0;
  return `${dirty.length} uncommitted${dirty.length === 0 ? "" : ` (${list(dirty)})`}${unpushed === 0 ? "" : `, ${counted(unpushed, "commit")} unpushed`}`;
}

function ranRows(receipt: Receipt): Row[] {
  const { commands, failures = [] } = receipt;
  const texts = (commands ?? []).map(
    ({ command, runs, failed }) => `${command} ${runs}${failed === 0 ? "" : ` (${failed} failed)`}`,
  );
  return [
    ["tools", tools(receipt)],
    ...rowsOf(
      "failed",
      failures,
      ({ tool, what, times }) =>
        `${tool}${what === "" ? "" : `: ${clip(what, COMMAND)}`}${times === 1 ? "" : ` (${times} times)`}`,
    ),
    ["git commands", commands === undefined ? undefined : list(texts)],
  ];
}

function tools({ reports_tools, tools_finished, tools: byName = {} }: Receipt): string {
  if (!reports_tools) return "not reported by this coder";
  const each = Object.entries(byName).map(([name, { ok, failed, untold = 0 }]) => {
    const notes = [
      ...(failed === 0 ? [] : [`${failed} failed`]),
      ...(untold === 0 ? [] : [`of ${untold} not told whether they failed`]),
    ];
    return `${name} ${ok + failed}${notes.length === 0 ? "" : ` (${notes.join(", ")})`}`;
  });
  return each.length === 0 ? String(tools_finished) : `${tools_finished}: ${list(each)}`;
}

function checkRows(
  { checks = [], on_base = [], changed_by_checks: changed = [] }: Receipt,
  at: (written: string) => string,
): Row[] {
  const code = (exit: number | undefined): string => (exit === undefined ? "" : ` (exit ${exit})`);
  return [
    ...rowsOf("at the base", on_base, ({ command, verdict, code: exit, commit, lacks = [], ms }) => {
      const at = commit === undefined ? "" : ` at ${commit.slice(0, SHORT)}`;
      const without = lacks.length === 0 ? "" : `, without ${list(lacks)}`;
      return `${verdict}${code(exit)}${at} in ${seconds(ms)}${without}: ${line(command)}`;
    }),
    ...rowsOf("check", checks, ({ command, verdict, code: exit, ms, runs, flaky, at: began }) => {
      const when = began === undefined ? "" : `${at(began)}, `;
      const again = `${runs > 1 ? `, run ${runs} times` : ""}${flaky === true ? ", flaky: it failed before" : ""}`;
      return `${verdict}${code(exit)} ${when}in ${seconds(ms)}${again}: ${line(command)}`;
    }),
    ["check", checks.length === 0 ? "none was run" : undefined],
    ["checks changed", changed.length === 0 ? undefined : list(changed)],
  ];
}

const line = (command: string): string => clip(oneLine(command), COMMAND);
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const BY = { own: "this attempt", other: "another attempt", unknown: "whom is not known" } as const;

function doubts(receipt: Receipt): Row[] {
  const { missing = [], outside = [], unguarded, overlapped = [], not_looked_at = [] } = receipt;
  return [
    ...missing.map((text): Row => ["not believed", text]),
    ["no hook", unguarded === undefined ? undefined : unguardedText(unguarded)],
    ["outside its scope", outside.length === 0 ? undefined : list(outside)],
    ...(receipt.protected ?? []).map(({ what, put_back, whose }): Row => [
      "protected",
      `${what}, changed by ${BY[whose]}; ${put_back === "" ? "nothing to put it back with was kept" : `to put it back: ${put_back}`}`,
    ]),
    ["beside it", overlapped.length === 0 ? undefined : list(overlapped.map(({ task, n }) => `${task} attempt ${n}`))],
    ...not_looked_at.map((text): Row => ["not looked at", text]),
  ];
}

/** The usage of this attempt, and of all attempts of its task if there are others. */
function spentRows({ duration_ms: took, usage, all }: Receipt): Row[] {
  const tokens = (usage?.input ?? 0) + (usage?.output ?? 0);
  const several = all !== undefined && all.attempts > 1 ? all : undefined;
  const beside = (own: string | undefined, total: string | undefined): string | undefined =>
    several === undefined || total === undefined
      ? own
      : `${own ?? "not told"}; ${total} in all ${several.attempts} attempts`;
  const usd = several?.usd;
  return [
    ["took", beside(took === undefined ? undefined : duration(took), several && duration(several.duration_ms))],
    [
      "tokens",
      beside(
        tokens === 0 ? undefined : short(tokens),
        several === undefined || several.tokens === 0 ? undefined : short(several.tokens),
      ),
    ],
    [
      "cost",
      beside(
        usage?.cost_usd === undefined ? undefined : usdText(usage.cost_usd),
        usd === undefined ? undefined : usdText(usd),
      ) ?? (tokens === 0 ? undefined : "not reported by this coder"),
    ],
  ];
}

/** Lines of a check that passed, and of one that did not. */
const [FEW, MANY] = [3, 20];

/** The end of what each check printed. */
function ends({ checks = [], on_base = [] }: Receipt): string[] {
  const end = (text: string, most: number): string => text.split("\n").slice(-most).join("\n");
  const said = [
    ...on_base.map(({ command, tail }) => ({ of: `\`${line(command)}\` printed at the base`, text: end(tail, FEW) })),
    ...checks.map(({ command, verdict, tail }) => ({
      of: `\`${line(command)}\` printed`,
      text: end(tail, verdict === "passed" ? FEW : MANY),
    })),
  ];
  return said.filter(({ text }) => text !== "").map(({ of, text }) => `\nThe end of what ${of}:\n${text}\n`);
}
