/** `fleet tasks`: what runs now and is it healthy; with --all what needs you, waits, is ready, blocked, closed. */
import { settingsInForce } from "../../settings/in-force.ts";
import { duration, moment } from "@fleet/kit/duration";
import { EXIT } from "../../app/errors.ts";
import type { Io } from "../../app/io.ts";
import { isNear, measureText } from "../../attempts/limits/measure.ts";
import { reasonText } from "../../engine/core/reason-text.ts";
import { stamp } from "@fleet/store/time";
import { overview, type TaskRow } from "../../app/views/overview.ts";
import { waitText } from "../../attempts/questions/describe.ts";
import { openIn } from "../../attempts/questions/open.ts";
import { clip, columns, terminalWidth } from "@fleet/kit/table";
import { colours } from "../style.ts";
import { leaderOf } from "../../engine/shell/state/leader.ts";
import { shownHold } from "../../engine/shell/state/machine.ts";
import { modeText } from "../../engine/shell/state/mode-file.ts";
import { type Command, flag, json, openHome } from "./command.ts";

export const tasks: Command = {
  options: { all: { alias: "a", type: "boolean", describe: "also what does not run, with the reason" } },
  examples: [
    ["fleet tasks", "id, coder, project, elapsed, quiet for, working or not, tokens, context, last action"],
    ["fleet tasks --all --json", "everything, for programs"],
  ],
  run: async (io, args) => {
    const { home, store } = openHome(io);
    const rows = overview(home, store.snapshot(), settingsInForce(home, store), io.now(), {
      all: flag(args, "all"),
    });
    if (flag(args, "json")) io.out(json({ tasks: rows }));
    else {
      io.out(tasksText(io, rows, flag(args, "all"), leaderOf(home).kind !== "none"));
      io.out(waitText(openIn(store, io.now()).length));
      const mode = modeText(home);
      if (mode !== undefined) io.out(`${mode}\n`);
      const hold = shownHold(home);
      if (hold !== undefined) io.out(`Nothing starts: ${hold.text}\n`);
    }
    return EXIT.ok;
  },
};

const HEAD = ["ID", "CODER", "PROJECT", "ELAPSED", "QUIET", "STATE", "TOKENS", "CTX", "TITLE", "LAST ACTION"];

/** What a narrow terminal does without, first to last. */
const GOING = ["TOKENS", "CTX", "PROJECT", "CODER", "ELAPSED", "QUIET"];

function cells(row: TaskRow): string[] {
  const model = row.model === null ? "" : `/${row.model}`;
  return [
    row.id,
    `${row.coder}${model}`,
    row.project,
    row.elapsed_ms === null ? "" : duration(row.elapsed_ms),
    row.quiet_ms === null ? "" : duration(row.quiet_ms),
    row.liveness?.kind ?? "",
    row.tokens === null ? "" : String(row.tokens),
    row.context_percent === null ? "" : `${row.context_percent}%`,
    clip(row.title, 40),
    [nearLimit(row), row.reason ?? notWorking(row) ?? row.last_action ?? ""].filter((part) => part !== "").join("; "),
  ];
}

const nearLimit = ({ limits }: TaskRow): string =>
  (limits ?? [])
    .filter(isNear)
    .map((one) => `near its limit: ${measureText(one)}`)
    .join("; ");

/** What a person should know of it before its last action. */
const notWorking = ({ liveness }: TaskRow): string | undefined =>
  liveness === null || liveness.kind === "working" ? undefined : liveness.text;

const whyText = ({ id, why, reason }: TaskRow, now: number): string =>
  why === null ? (reason ?? "") : reasonText(id, why, (at) => moment(stamp(at), now));

/** Columns in which there is nothing to show take no room. */
function withoutEmpty(head: readonly string[], rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const isShown = head.map((_, i) => i === head.length - 1 || rows.some((row) => (row[i] ?? "") !== ""));
  return [head, ...rows].map((row) => row.filter((_, i) => isShown[i]));
}

function tasksText(io: Io, rows: readonly TaskRow[], all: boolean, supervised: boolean): string {
  const c = colours(io);
  const width = terminalWidth(io);
  const running = rows.filter((row) => row.state === "running");
  const out: string[] = [];
  if (running.length === 0) out.push(supervised ? "Nothing runs." : "Nothing runs, and no supervisor: fleet run start");
  else {
    const table = withoutEmpty(HEAD, running.map(cells));
    const title = (table[0]?.length ?? 0) - 2;
    const going = GOING.map((name) => table[0]?.indexOf(name) ?? -1);
    const [head = "", ...lines] = columns(table, width, { column: title, least: 14, forLast: 44, going });
    out.push(c.dim(head), ...lines);
    const isOurs = running.some(({ why }) => why?.kind !== "elsewhere");
    if (!supervised && isOurs) out.push("No supervisor watches what runs: fleet run start takes it over.");
  }
  if (!all) return `${out.join("\n")}\n`;
  const rest = rows.filter((row) => row.state !== "running");
  const table = columns(
    rest.map((row) => [
      row.state,
      row.id,
      `P${row.priority}`,
      row.coder,
      row.project,
      clip(row.title, 50),
      clip(whyText(row, io.now()), 120),
    ]),
    width,
    { column: 5, least: 14, forLast: 44, going: [4, 2, 3] },
  );
  out.push(
    "",
    ...table.map((line) =>
      line.startsWith("needs-you") ? c.yellow(line) : line.startsWith("closed") ? c.dim(line) : line,
    ),
  );
  return `${out.join("\n")}\n`;
}
