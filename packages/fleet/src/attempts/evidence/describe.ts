/** A receipt in words. Pure. */
import type { Receipt } from "../records/record.ts";
import { unguardedText } from "./scope.ts";
import { duration } from "@fleet/kit/duration";
import { counted, short, usdText } from "@fleet/kit/figures";
import { table } from "@fleet/kit/table";

const SHOWN = 20;

const list = (names: readonly string[], count = names.length): string =>
  names.length === 0
    ? "none"
    : `${names.slice(0, SHOWN).join(", ")}${count > SHOWN ? ` and ${count - SHOWN} more` : ""}`;

function tools({ reports_tools, tools_finished, tools: byName = {} }: Receipt): string {
  if (!reports_tools) return "not reported by this coder";
  const each = Object.entries(byName).map(([name, { ok, failed, untold = 0 }]) => {
    const notes = [
      ...(failed === 0 ? [] : [`${failed} failed`]),
      ...(untold === 0 ? [] : [`of ${untold} not told whether they failed`]),
    ];
    return `${name} ${ok + failed}${notes.length === 0 ? "" : ` (${notes.join(", ")})`}`;
  });
  return each.length === 0 ? String(tools_finished) : `${tools_finished}: ${each.join(", ")}`;
}

function residuals({ residuals }: Receipt): string | undefined {
  if (residuals === undefined) return undefined;
  const unpushed = residuals.unpushed ?? 0;
  return `${residuals.dirty.length} uncommitted${residuals.dirty.length === 0 ? "" : ` (${list(residuals.dirty)})`}${unpushed === 0 ? "" : `, ${unpushed} commits unpushed`}`;
}

const NAMED = 5;

/** What changed, in a line. */
export function changeText(receipt: Receipt | undefined): string {
  const { files, commits = [] } = receipt ?? {};
  if (files === undefined || (files.count === 0 && files.from === "unknown")) return "what changed is not known";
  const made = commits.length === 0 ? "" : `, ${counted(commits.length, "commit")}`;
  if (files.count === 0) return `no file changed${made}`;
  const named = list(files.changed.slice(0, NAMED));
  return `${counted(files.count, "file")} changed (${named}${files.count > NAMED ? ", …" : ""})${made}`;
}

/** `width`: of the terminal. */
export function describeReceipt(receipt: Receipt, width = Infinity): string {
  const { files, usage, duration_ms: took } = receipt;
  const spent = (usage?.input ?? 0) + (usage?.output ?? 0);
  const rows: [string, string | undefined][] = [
    ["verdict", receipt.verdict],
    ["grade", receipt.accepted === undefined ? receipt.grade : `accepted by ${receipt.accepted.by}`],
    ["closed from inside", receipt.closed_from_inside ?? "no"],
    ["exit code", String(receipt.exit_code ?? "unseen")],
    ["tools finished", tools(receipt)],
    ["files changed", files === undefined ? undefined : `${list(files.changed, files.count)} (from ${files.from})`],
    ["", files?.note],
    ...(receipt.commits ?? []).map(({ hash, subject }): [string, string] => [
      "commit",
      `${hash.slice(0, 10)} ${subject}`,
    ]),
    ["left behind", residuals(receipt)],
    ...(receipt.checks ?? []).map(({ command, verdict, code, ms, runs, flaky }): [string, string] => [
      "check",
      `${verdict}${code === undefined ? "" : ` (exit ${code})`} in ${(ms / 1000).toFixed(1)} s${runs > 1 ? `, run ${runs} times` : ""}${flaky === true ? ", flaky: it failed before" : ""}: ${command}`,
    ]),
    [
      "checks changed",
      (receipt.changed_by_checks ?? []).length === 0 ? undefined : list(receipt.changed_by_checks ?? []),
    ],
    ...(receipt.missing ?? []).map((line): [string, string] => ["not believed", line]),
    ["no hook", receipt.unguarded === undefined ? undefined : unguardedText(receipt.unguarded)],
    ["outside its scope", (receipt.outside ?? []).length === 0 ? undefined : list(receipt.outside ?? [])],
    ...(receipt.protected ?? []).map(({ what, put_back, whose }): [string, string] => [
      "protected",
      `${what}, changed by ${whose === "own" ? "this attempt" : "whom is not known"}; to put it back: ${put_back}`,
    ]),
    ["beside it", beside(receipt)],
    ["took", took === undefined ? undefined : duration(took)],
    ["tokens", spent === 0 ? undefined : short(spent)],
    ["cost", usage?.cost_usd === undefined ? undefined : usdText(usage.cost_usd)],
  ];
  const shown = rows.flatMap(([name, value]): [string, string][] => (value === undefined ? [] : [[name, value]]));
  const ends = (receipt.checks ?? [])
    .filter(({ verdict, tail }) => verdict !== "passed" && tail !== "")
    .map(({ command, tail }) => `\nThe end of what \`${command}\` printed:\n${tail}\n`);
  return `${table(shown, { width }).join("\n")}\n${ends.join("")}`;
}

function beside({ overlapped = [] }: Receipt): string | undefined {
  return overlapped.length === 0 ? undefined : overlapped.map(({ task, n }) => `${task} attempt ${n}`).join(", ");
}
