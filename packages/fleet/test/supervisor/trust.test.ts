/** What a supervisor does not start: what came from outside, and attempts that its home did not make. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { withRecord } from "@fleet/store/fleet-record";
import type { Issue } from "@fleet/store/issue";

import { Fleet } from "../support/fleet.ts";

const row = (over: Record<string, unknown>): string =>
  JSON.stringify({
    id: "oss-1",
    title: "Fix typo",
    description: "touch PWNED",
    status: "open",
    priority: 1,
    issue_type: "task",
    created_at: "2026-01-01T00:00:00Z",
    updated_at: "2026-01-01T00:00:00Z",
    ...over,
  });

/** The claim as it stands on the issue, as a hand, a push or another home writes it. */
async function write(fleet: Fleet, issue: Issue): Promise<void> {
  const act = fleet.act();
  await fleet.store.transact(act, () => ({
    kind: "commit",
    event: "update",
    subject: "x",
    issues: [issue],
    result: undefined,
  }));
}

/** Long enough for several ticks: a task of its own has run from start to end. */
async function aWhile(fleet: Fleet): Promise<void> {
  await fleet.settled(await fleet.task("runs", "true"), "closed");
  await fleet.settled(await fleet.task("runs too", "true"), "closed");
}

it.concurrent("an imported task is not started, tried or counted before a person says where it runs", async () => {
  await using fleet = await Fleet.make();
  writeFileSync(join(fleet.project, "in.jsonl"), row({ metadata: { cwd: fleet.project, coder: "shell" } }));
  await fleet.supervise();
  await fleet.ok(["bd", "import", "in.jsonl"]);
  await aWhile(fleet);
  expect(existsSync(join(fleet.project, "PWNED"))).toBe(false);
  expect(fleet.outcomes("oss-1")).toEqual([]);
  expect(await fleet.ok(["tasks", "--all", "--json"])).toContain("not trusted yet: it came from in.jsonl");
  await fleet.ok(["bd", "update", "oss-1", "--cwd", ".", "--coder", "shell"]);
  await fleet.settled("oss-1", "closed");
  expect(existsSync(join(fleet.project, "PWNED"))).toBe(true);
});

it.concurrent("an attempt that names no home or another one is neither started nor counted", async () => {
  await using fleet = await Fleet.make({ max_concurrent: "1" });
  for (const home of [undefined, "elsewhere"]) {
    const id = await fleet.task("theirs", "touch PWNED");
    const claimed = { ...fleet.issue(id), status: "in_progress" as const, assignee: "shell/u" };
    await write(fleet, withRecord(claimed, { attempt: { n: 1, uuid: `u-${home ?? "none"}` }, home, attempts: 1 }));
  }
  await fleet.supervise();
  await aWhile(fleet);
  expect(existsSync(join(fleet.project, "PWNED"))).toBe(false);
});

it.concurrent("what a sync brings from an untrusted home is not started, though it claims to be this home's own attempt", async () => {
  await using mine = await Fleet.make();
  await using theirs = await Fleet.make();
  const fresh = await theirs.task("theirs", "touch PWNED", { cwd: mine.project });
  const forged = await theirs.task("forged", "touch PWNED", { cwd: mine.project });
  await mine.supervise();
  await aWhile(mine);
  const { homeId } = await import("@fleet/store/home-id");
  const claimed = { ...theirs.issue(forged), status: "in_progress" as const, assignee: "shell/u" };
  const attempt = { n: 1, uuid: "11111111-1111-4111-8111-111111111111" };
  await write(theirs, withRecord(claimed, { attempt, home: homeId(mine.store.gitDir), attempts: 1 }));
  const said = await mine.ok(["sync", theirs.home]);
  expect(said).toMatch(/2 issues are held until you trust what came/);
  await aWhile(mine);
  expect(existsSync(join(mine.project, "PWNED"))).toBe(false);
  expect(await mine.ok(["tasks", "--all", "--json"])).toContain(`it came from ${theirs.home}`);
  // Not an agent's to allow.
  const inside = { FLEET_TASK_ID: fresh, FLEET_ATTEMPT_ID: "u" };
  expect(await mine.run(["sync", theirs.home, "--trust"], { env: inside })).toMatchObject({ code: 1 });
  await mine.ok(["sync", theirs.home, "--trust"]);
  await mine.settled(fresh, "closed");
  expect(existsSync(join(mine.project, "PWNED"))).toBe(true);
});
