/**
 * fleet's own commands load more than verbs do, and a person waits for each: CPU of whole processes against bare node's, because
 * other work on the machine disturbs that less than it does the time.
 */
import { cpuSideBySide } from "./measure.mjs";
import { kept, ms, table, times, title } from "./report.mjs";
import { bare, fleet, home, said } from "./world.mjs";

const LIMIT = 2.5;
const NODE = "node -e 0";
const COMMANDS = [["tasks"], ["tasks", "--all"], ["accounts"], ["log"], ["status"], ["--help"]];
/** No supervisor runs. */
const EXITS = { status: 3 };

export function commands(runs) {
  const { dir } = home("commands", 100, 100);
  // As after a first day: settings of a person's own, in a file.
  said(fleet(dir, "config", "set", "default_coder=shell", "max_concurrent=8"));
  const measured = cpuSideBySide(
    {
      [NODE]: bare,
      ...Object.fromEntries(
        COMMANDS.map((args) => [args.join(" "), () => ({ ...fleet(dir, ...args), status: EXITS[args[0]] ?? 0 })]),
      ),
    },
    runs,
  );
  if (measured === undefined) return;
  const base = measured.get(NODE);
  title(`fleet's own commands, 100 issues: CPU of whole processes against \`${NODE}\` (target ${LIMIT} ×)`);
  table(
    ["command", "CPU", "ratio", "kept"],
    [...measured].map(([name, millis]) => [
      name,
      ms(millis),
      times(millis, base),
      name === NODE ? "" : kept(millis / base <= LIMIT),
    ]),
  );
}
