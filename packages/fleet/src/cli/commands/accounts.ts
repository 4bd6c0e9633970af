/** `fleet accounts`: each account, whether it is free, what it has used, when it is free again. */
import { accountsReport } from "../../app/views/accounts.ts";
import { openFleet } from "../../app/open.ts";
import { EXIT } from "../../app/errors.ts";
import { terminalWidth, wrap } from "@fleet/kit/width";
import { accountLines } from "../screens/accounts-table.ts";
import { colours } from "../style.ts";
import { type Command, flag, json } from "./command.ts";

export const accounts: Command = {
  options: {},
  examples: [
    ["fleet accounts", "all of them; docs/accounts.md says how to set them up"],
    ["fleet pause work", "start nothing new on this account; lift that with fleet resume work"],
  ],
  run: async (io, args) => {
    const view = await accountsReport(openFleet(io));
    const { accounts: rows, warning } = view;
    if (flag(args, "json")) {
      io.out(json(view));
      return EXIT.ok;
    }
    if (warning !== null) io.err(`${warning}\n`);
    if (rows.length === 0) {
      const none = "No account has been used: each coder runs on your own, as it is signed in (fleet coders).";
      io.out(`${wrap(none, terminalWidth(io)).join("\n")}\n`);
      return EXIT.ok;
    }
    const screen = { c: colours(io), width: terminalWidth(io), now: io.now() };
    io.out(`${accountLines(rows, screen).join("\n")}\n`);
    for (const { name, problem, reason } of rows)
      if (problem !== null && problem !== reason) io.err(`${name}: ${problem}\n`);
    return EXIT.ok;
  },
};
