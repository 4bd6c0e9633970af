/** A task that works in a clone with `land: manual`, from claim to its target. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { encodeId, ownId } from "@fleet/kit/process/id";
import { expect, test } from "vitest";

import { Fleet } from "../support/fleet.ts";
import { until } from "../support/until.ts";

test("with land: manual a task closes once it is on its target, and not before", async () => {
  await using fleet = await Fleet.make({ land: "manual", isolate: "clone" });
  const { project } = fleet;
  const git = (...args: string[]): string =>
    execFileSync("git", args, { cwd: project, env: fleet.env, encoding: "utf8" }).trim();
  git("init", "-q");
  git("commit", "-q", "--allow-empty", "-m", "first");
  git("checkout", "-q", "-b", "mine");
  const id = await fleet.task("Add b", "echo b > b", { metadata: { target: "main" } });
  // Of a lander that died: a process of our number that began at another time.
  const lock = join(fleet.home, "work", `${"0".repeat(16)}.land.lock`);
  mkdirSync(dirname(lock));
  writeFileSync(lock, `${encodeId({ ...ownId(), start: "1" })}\n`);
  await fleet.supervise();
  const gate = join(fleet.root, "gate");
  const waitsAtGate = `case $PWD in *.land) touch ${gate}.met; while [ ! -e ${gate} ]; do sleep 0.05; done;; esac`;
  const other = await fleet.task("Add c", "echo c > c", { metadata: { target: "main", checks: [waitsAtGate] } });
  await fleet.settled(other, "in_progress");
  const waits = await fleet.settled(id, "in_progress");
  expect(JSON.stringify(waits.metadata)).toContain('"landing"');
  expect(JSON.parse(await fleet.ok(["explain", id, "--json"]))).toMatchObject({ commands: [`fleet land ${id}`] });
  expect(git("log", "--format=%s", "main")).toBe("first");
  expect(await fleet.ok(["land", id])).toContain("landed on main");
  expect(fleet.issue(id)).toMatchObject({ status: "closed" });
  expect(git("log", "--format=%s %an", "main")).toMatch(/^Add b /);
  expect(existsSync(lock)).toBe(false);
  // A script that changes nothing has nothing to land.
  const none = await fleet.task("Look", "true", { metadata: { target: "main" } });
  await fleet.settled(none, "closed");
  // Sent back while its checks run, it stays out.
  await fleet.ok(["pause"]);
  const landing = fleet.run(["land", other], { own: true });
  await until("its check at work", () => existsSync(`${gate}.met`));
  await fleet.ok(["retry", other]);
  writeFileSync(gate, "");
  expect((await landing).stderr).toContain(`${other} is not done: it is open`);
  expect(git("log", "--format=%s", "main")).toBe("Add b\nfirst");
  // Taken into a person's hands it is work again, which nothing of before says is done.
  await fleet.ok(["bd", "update", other, "--claim"]);
  expect(JSON.stringify(fleet.issue(other).metadata)).not.toContain('"landing"');
  expect((await fleet.run(["land", other])).stderr).toContain(`${other} is not done: it is in_progress`);
});
