/** What one look costs: counted in files that are opened, which hold on every machine. */
import fs, { existsSync, readFileSync } from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { relative } from "node:path";
import { expect, it } from "vitest";

import { Held } from "../../src/engine/shell/loop/held.ts";
import { Supervisor } from "../../src/engine/shell/loop/supervisor.ts";
import { Look } from "../../src/engine/shell/observe/look.ts";
import { ProcessTable } from "../../src/engine/shell/observe/process-table.ts";
import { journalPath } from "../../src/engine/shell/state/journal.ts";
import { Troubles } from "../../src/engine/shell/state/troubles.ts";
import { Fleet, FLEET } from "../support/fleet.ts";
import { attemptIn, contextOf } from "../support/observed.ts";

/** The files below `dir` that are opened, each as often as it is. */
function opened(dir: string, act: () => void): string[] {
  const { openSync } = fs;
  const paths: string[] = [];
  fs.openSync = (path, ...rest) => {
    paths.push(relative(dir, String(path)));
    return openSync(path, ...rest);
  };
  syncBuiltinESMExports();
  try {
    act();
  } finally {
    fs.openSync = openSync;
    syncBuiltinESMExports();
  }
  return paths.filter((path) => !path.startsWith(".."));
}

const journal = ({ home }: Fleet): string =>
  existsSync(journalPath(home)) ? readFileSync(journalPath(home), "utf8") : "";

it("opens the files of the whole home once a look, however many attempts run", async () => {
  await using fleet = await Fleet.make();
  for (let n = 0; n < 3; n++) await attemptIn(fleet, "running", fleet.project);
  const context = contextOf(fleet);
  const look = new Look(context, new Held(context, undefined), new Troubles(context.journal));
  const looking = (): void => void look.look(undefined, new ProcessTable());
  looking();
  const paths = opened(fleet.home, looking).filter((path) => !path.startsWith("tasks/"));
  expect(paths).toContain(".git/fleet/mode.json");
  expect(paths).toContain("run/windows.json");
  expect(paths).toEqual([...new Set(paths)]);
});

it("asks for free memory only when something would start, not for tasks that wait for a slot", async () => {
  await using fleet = await Fleet.make({ max_concurrent: "1", min_free_memory: "1000000GB" });
  await attemptIn(fleet, "running", fleet.project);
  await fleet.task("waits", "true");
  const context = contextOf(fleet, { self: [process.execPath, FLEET] });
  await new Supervisor(context).tick(undefined);
  expect(journal(fleet)).not.toContain("nothing starts");
  await new Supervisor({ ...context, config: () => ({ ...context.config(), max_concurrent: 2 }) }).tick(undefined);
  expect(journal(fleet)).toContain("less than min_free_memory");
});
