/** `fleet coders`: which coders are installed, and how to install the others. Pure. */
import { table } from "@fleet/kit/table";
import { localTimes } from "@fleet/kit/when";

import type { CoderRow } from "../../app/views/coders.ts";
import { painted } from "../style.ts";
import type { Screen } from "./tasks-table.ts";

export function coderLines(rows: readonly CoderRow[], { c, width, now }: Screen): string[] {
  const lines = table(
    rows.map((row) => {
      const paint = row.kind === "missing" ? c.dim : (text: string): string => text;
      return [
        painted(row.name, paint),
        row.default ? "*" : "",
        painted(stateText(row), row.kind === "broken" ? c.red : paint),
        painted(localTimes(detailText(row), now), isWanting(row) ? c.yellow : paint),
      ];
    }),
    { width, below: 24 },
  );
  return [...lines, "", "* the default: fleet config set default_coder=NAME"];
}

/** A person has to act before anything starts on it. */
const isWanting = ({ signed_in, parked }: CoderRow): boolean => signed_in === "no" || parked !== null;

function stateText({ kind, version }: CoderRow): string {
  switch (kind) {
    case "found":
      return version ?? "";
    case "missing":
      return "not installed";
    case "broken":
      return "does not answer";
  }
}

function detailText(row: CoderRow): string {
  const how = row.how === null ? "" : ` (${row.how})`;
  switch (row.kind) {
    case "found":
      return parts(
        row.signed_in === "not needed" ? "no account needed" : `signed in: ${row.signed_in ?? "unknown"}${how}`,
        row.path,
        row.parked === null ? null : `on hold: ${row.parked}`,
      );
    case "missing":
      return row.install === null ? "" : `install: ${row.install}`;
    case "broken":
      return parts(row.reason, row.path);
  }
}

const parts = (...texts: readonly (string | null)[]): string => texts.filter((text) => text !== null).join(" · ");
