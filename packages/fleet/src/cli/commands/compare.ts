/** `fleet compare ID…`: the attempts of one or more tasks side by side. */
import { find } from "@fleet/store/ops/find";

import { type AttemptRow, attemptRows } from "../../app/views/compare.ts";
import { readConfig } from "../../settings/file.ts";
import { DEFAULTS } from "../../settings/schema.ts";
import { duration } from "@fleet/kit/duration";
import { EXIT } from "../../app/errors.ts";
import { columns, terminalWidth } from "@fleet/kit/table";
import { colours } from "../style.ts";
import { type Command, flag, json, openHome, texts } from "./command.ts";

const HEAD = ["ATTEMPT", "CODER", "ACCOUNT", "OUTCOME", "TOOK", "TOKENS", "COST", "LINES", "FILES", "CHECKS", "REASON"];

export const compare: Command = {
  options: {},
  examples: [
    ["fleet compare fleet-3f1", "the attempts of one task"],
    ["fleet compare fleet-3f1 fleet-a7c", "the same work, given to two coders"],
  ],
  run: async (io, args) => {
    const { home, store } = openHome(io);
    const read = readConfig(home);
    const snapshot = store.snapshot();
    const ids = texts(args, "id").map((argument) => find(snapshot, argument).id);
    const config = read.ok ? read.config : DEFAULTS;
    const rows = (
      await Promise.all(ids.map(async (id) => await attemptRows({ home, config, env: io.env, now: io.now() }, id)))
    ).flat();
    if (flag(args, "json")) io.out(json({ attempts: rows }));
    else if (rows.length === 0) io.out(`${ids.join(", ")}: never tried.\n`);
    else {
      const [head = "", ...lines] = columns([HEAD, ...rows.map(cells)], terminalWidth(io));
      io.out(`${[colours(io).dim(head), ...lines].join("\n")}\n`);
    }
    return EXIT.ok;
  },
};

function cells(row: AttemptRow): string[] {
  const passed = row.checks.filter(({ verdict }) => verdict === "passed").length;
  return [
    `${row.task} #${row.attempt}`,
    `${row.coder ?? "?"}${row.model === undefined ? "" : `/${row.model}`}`,
    row.account ?? "",
    row.outcome ?? "running",
    row.duration_ms === undefined ? "" : duration(row.duration_ms),
    row.tokens === undefined ? "" : String(row.tokens),
    row.cost_usd === undefined ? "" : `$${row.cost_usd.toFixed(4)}`,
    row.added === undefined ? "" : `+${row.added} -${row.deleted ?? 0}`,
    row.files === undefined ? "" : String(row.files),
    row.checks.length === 0 ? "" : `${passed}/${row.checks.length}`,
    row.reason.replaceAll(/\s+/g, " "),
  ];
}
