/** `fleet coders`: which coder command lines are here, and what to do about the ones that are not. Pure. */
import { table } from "@fleet/kit/table";
import { localTimes } from "@fleet/kit/when";

import type { CoderRow } from "../../app/views/coders.ts";
import { painted } from "../style.ts";
import type { Screen } from "./tasks-table.ts";

export function coderLines(rows: readonly CoderRow[], { c, width, now }: Screen): string[] {
  const plain = (text: string): string => text;
  const lines = table(
    rows.map((row) => {
      const [state, detail, place] = words(row);
      const paint = row.kind === "missing" ? c.dim : plain;
      const parked = row.parked === null ? "" : localTimes(`parked: ${row.parked}`, now);
      return [
        painted(row.name, paint),
        painted(row.default ? "*" : "", paint),
        painted(state, row.kind === "broken" ? c.red : paint),
        painted(detail, row.signed_in === "no" ? c.yellow : paint),
        painted(parked === "" ? place : parked, parked === "" ? c.dim : c.yellow),
      ];
    }),
    { width, below: 24 },
  );
  return [...lines, "", "* the default: fleet config set default_coder=NAME"];
}

function words(row: CoderRow): [state: string, detail: string, place: string] {
  switch (row.kind) {
    case "found":
      return [
        row.version ?? "",
        row.signed_in === "not needed"
          ? "no account needed"
          : `signed in: ${row.signed_in ?? "unknown"}${row.how === null ? "" : ` (${row.how})`}`,
        row.path ?? "",
      ];
    case "missing":
      return ["not installed", row.install === null ? "" : `install: ${row.install}`, ""];
    case "broken":
      return ["does not answer", row.reason ?? "", row.path ?? ""];
  }
}
