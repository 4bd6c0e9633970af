/** Node or fleet itself is replaced under a running supervisor: nvm uninstall, brew upgrade, npm install. */
import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";

import { hookCommand } from "../../src/engine/shell/start/scope-hook.ts";
import { isOurs } from "../../src/app/real-bd.ts";
import { binDir, makeShims, personsShim } from "../../src/program/shim.ts";
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

it("a coder's hook asks by the command that finds another Node when the supervisor's is gone", async () => {
  await using fleet = await Fleet.make();
  makeShims(fleet.home, ["/gone/bin/node", FLEET]);
  const rules = {
    allow: [],
    deny: ["secret.txt"],
    checks: [],
    expect: [],
    prove: [],
    check_paths: [],
    tests_are_work: false,
    evidence: "change",
  } as const;
  const hook = hookCommand(fleet.home, fleet.root, { ...rules, cwd: fleet.project });
  const asks = (path: string) =>
    spawnSync("sh", ["-c", hook], {
      env: fleet.env,
      input: JSON.stringify({ tool_input: { file_path: join(fleet.project, path) } }),
      encoding: "utf8",
    });
  expect(asks("secret.txt")).toMatchObject({ status: 2, stderr: expect.stringContaining("may not change secret.txt") });
  expect(asks("other.txt")).toMatchObject({ status: 0 });
});

it("a person's bd finds another Node when the one that it was made with is gone, and says what to do without one", async () => {
  await using fleet = await Fleet.make();
  const bd = join(fleet.root, "bd");
  writeFileSync(bd, `#!/bin/sh\n${personsShim(["/gone/bin/node", FLEET])}`, { mode: 0o755 });
  const says = (env: NodeJS.ProcessEnv) => spawnSync("/bin/sh", [bd, "where"], { env, encoding: "utf8" });
  expect(says({ ...fleet.env })).toMatchObject({ status: 0, stdout: expect.stringContaining(fleet.home) });
  expect(says({ ...fleet.env, PATH: "/nowhere" })).toMatchObject({
    status: 127,
    stderr: expect.stringMatching(/\/gone\/bin\/node is gone.*fleet shim install/),
  });
});

it("a bd of another home is not a real bd: in a project with beads of its own neither asks the other in turn", async () => {
  await using fleet = await Fleet.make();
  const other = join(fleet.root, "other");
  for (const home of [fleet.home, other]) makeShims(home, [process.execPath, FLEET]);
  const [first = "", second = ""] = [fleet.home, other].map((home) => join(binDir(home), "bd"));
  expect([isOurs(first), isOurs(second)]).toEqual([true, true]);
  mkdirSync(join(fleet.project, ".beads"));
  writeFileSync(join(fleet.project, ".beads", "config.yaml"), "");
  const PATH = `${dirname(first)}:${dirname(second)}:${fleet.env["PATH"]}`;
  const ran = spawnSync(first, ["where"], {
    cwd: fleet.project,
    env: { ...fleet.env, PATH },
    encoding: "utf8",
    timeout: 10_000,
  });
  expect(ran).toMatchObject({ status: 0, stdout: expect.stringContaining(fleet.home) });
});
