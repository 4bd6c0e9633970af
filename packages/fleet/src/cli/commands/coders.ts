/** `fleet coders`: which coder command lines are here, and what to do about the ones that are not. */
import { table } from "@fleet/kit/table";
import { localTimes } from "@fleet/kit/when";
import { terminalWidth } from "@fleet/kit/width";

import { EXIT } from "../../app/errors.ts";
import type { Io } from "../../app/io.ts";
import { type CoderRow, codersView } from "../../app/views/coders.ts";
import { colours, painted } from "../style.ts";
import { type Command, flag, json } from "./command.ts";

export const coders: Command = {
  options: {},
  examples: [["fleet coders", "one that is missing stops no other"]],
  run: async (io, args) => {
    const { coders: rows, warning } = await codersView(io);
    if (warning !== null) io.err(`${warning}\n`);
    io.out(flag(args, "json") ? json({ coders: rows }) : codersText(rows, io));
    return EXIT.ok;
  },
};

function codersText(rows: readonly CoderRow[], io: Io): string {
  const { dim } = colours(io);
  const lines = table(
    rows.map((row) =>
      [
        row.default ? `${row.name} *` : row.name,
        ...words(row),
        row.parked === null ? "" : localTimes(`parked: ${row.parked}`, io.now()),
      ].map((cell) => painted(cell, row.kind === "found" ? (text) => text : dim)),
    ),
    { width: terminalWidth(io), below: 24 },
  );
  return `${lines.join("\n")}\n\n* the default: fleet config set default_coder=NAME\n`;
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
