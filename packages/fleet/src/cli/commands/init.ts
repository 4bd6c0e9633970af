/** `fleet init`: creates the home, or says that it exists. */
import { lineOfTerminal } from "@fleet/kit/terminal";

import { choiceText } from "../../app/choose-coder.ts";
import { EXIT } from "../../app/errors.ts";
import type { Io } from "../../app/io.ts";
import { init as initHome } from "../../app/operations/init.ts";
import { type Command, flag, json, text } from "./command.ts";

/** Asked on a terminal only; without an answer nothing is chosen. */
function pick(io: Io, names: readonly string[]): string | undefined {
  if (!io.isTerminal.stdin || !io.isTerminal.stdout) return undefined;
  for (;;) {
    io.out(`Which coder should work on tasks that name none? ${names.join(", ")} (Enter: decide later): `);
    const answer = lineOfTerminal().trim();
    if (answer === "" || names.includes(answer)) return answer || undefined;
  }
}

export const init: Command = {
  options: { prefix: { type: "string", describe: "what ids start with (default fleet)" } },
  examples: [["fleet init --prefix web", "ids will look like web-3f1"]],
  run: async (io, args) => {
    const wanted = text(args, "prefix");
    const asJson = flag(args, "json");
    const { home, prefix, created, coder } = await initHome(
      io,
      wanted,
      asJson ? undefined : (names) => pick(io, names),
    );
    if (asJson) io.out(json({ home, prefix, created, coder: coder?.kind === "one" ? coder.name : null }));
    else if (coder === null) io.out(`The home ${home} already exists.\n`);
    else
      io.out(
        `Created the home ${home} (ids start with ${prefix}-).\n${choiceText(coder)}\nNext, in a project: fleet create "Title" -d "What to do"; fleet start\n`,
      );
    if (!asJson && wanted !== undefined && wanted !== prefix)
      io.err(`Its prefix stays ${prefix}; to change it: fleet rename-prefix ${wanted}\n`);
    return EXIT.ok;
  },
};
