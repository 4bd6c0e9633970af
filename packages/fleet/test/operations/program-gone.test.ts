/** Node or fleet itself is replaced under a running supervisor: nvm uninstall, brew upgrade, npm install. */
import { spawn } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";

import { Fleet, FLEET } from "../support/fleet.ts";
import { until } from "../support/until.ts";

it("agents use another Node when the supervisor's is gone; without one, or without fleet.js, nothing is claimed until a restart", async () => {
  await using fleet = await Fleet.make();
  const [old, tools, program] = ["old", "tools", "program"].map((name) => join(fleet.root, name));
  if (old === undefined || tools === undefined || program === undefined) throw new Error("no directories");
  for (const dir of [old, tools]) mkdirSync(dir);
  for (const tool of ["git", "sh", "dirname", "sleep"]) symlinkSync(join("/usr/bin", tool), join(tools, tool));
  cpSync(dirname(FLEET), program, { recursive: true });
  const node = join(old, "node");
  copyFileSync(process.execPath, node);
  const env = { ...fleet.env, PATH: tools };
  const supervisor = spawn(node, [join(program, "fleet.js"), "run", "foreground"], { env, stdio: "ignore" });
  await until("the supervisor", () => fleet.supervisor() === supervisor.pid);
  const status = async (): Promise<string> => await fleet.ok(["run", "status"]);

  rmSync(old, { recursive: true });
  const waits = await fleet.task("comes when Node is gone", "bd close $FLEET_TASK_ID -r 'closed from inside'");
  await until("what status says", async () => (await status()).includes(`${node} is gone`));
  expect(await fleet.ok(["bd", "doctor"])).toContain("nothing starts");
  expect(fleet.outcomes(waits)).toEqual([]);
  // What is said and what is claimed come from the same look.
  expect(fleet.journal()).not.toContain('"claim"');

  symlinkSync(process.execPath, join(tools, "node"));
  await fleet.settled(waits, "closed");
  expect(fleet.issue(waits).close_reason).toBe("closed from inside");
  expect(await status()).not.toContain("nothing starts");

  rmSync(program, { recursive: true });
  const next = await fleet.task("comes when fleet is gone", "true");
  await until("what status says", async () => (await status()).includes("fleet.js is gone"));
  expect(fleet.outcomes(next)).toEqual([]);
  await fleet.ok(["run", "restart"]);
  await fleet.settled(next, "closed");
  expect(fleet.outcomes(next)).toEqual(["done"]);
  expect(readFileSync(join(fleet.home, ".git", "fleet", "bin", "fleet"), "utf8")).toContain(FLEET);
});
