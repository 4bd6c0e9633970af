/** One task, given to several coders: the same words and base, nothing lands, and one of them is picked. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

import { reviewOf } from "@fleet/store/claims";
import { fleetRecord } from "@fleet/store/fleet-record";

import { readWorkspace } from "../../src/workspaces/record.ts";
import { Fleet } from "../support/fleet.ts";
import { RESULT, ROBOT, TOOL } from "../support/robot.ts";
import { SHAPES } from "../support/shapes.ts";

let fleet: Fleet;
const git = (...args: string[]): string =>
  execFileSync("git", args, { cwd: fleet.project, env: fleet.env, encoding: "utf8" }).trim();
const json = async (...args: string[]) => JSON.parse(await fleet.ok([...args, "--json"]));

beforeAll(async () => {
  fleet = await Fleet.make({ land: "manual" }, ROBOT);
  git("init", "-q");
  writeFileSync(join(fleet.project, "a"), "a\n");
  git("add", "-A");
  git("commit", "-qm", "first");
});
afterAll(async () => await fleet[Symbol.asyncDispose]());

it("each works in a clone from the same commit and waits, they are compared, and the one that is picked lands", async () => {
  const base = git("rev-parse", "HEAD");
  const script = `echo "$FLEET_TASK_ID" > b; git add b; git commit -qm work; ${TOOL}; ${RESULT}`;
  const made = await json(
    "experiment",
    "Add b",
    "-d",
    script,
    "--with",
    "shell",
    "--with",
    "robot",
    "--check",
    "test -f b",
  );
  expect(made).toMatchObject({ base, tasks: [{ coder: "shell" }, { coder: "robot" }] });
  const { id: epic } = made;
  const [one, two]: string[] = made.tasks.map(({ id }: { id: string }) => id);
  if (one === undefined || two === undefined) throw new Error("two tasks were asked for");
  // Whatever is checked out by then.
  git("commit", "-q", "--allow-empty", "-m", "meanwhile");
  await fleet.supervise();
  for (const id of [one, two]) {
    expect(reviewOf(await fleet.settled(id, "in_progress"))).toMatchObject({ grade: "checked" });
    expect(readWorkspace(fleet.home, id)).toMatchObject({ base, base_from: { kind: "commit" } });
  }
  expect((await fleet.run(["approve", one])).stderr).toContain(`fleet pick ${one}`);
  expect((await fleet.run(["land", one])).stderr).toContain(`fleet pick ${one}`);
  expect(await fleet.ok(["explain", one])).toContain(`fleet compare ${epic}`);
  const { tasks: listed } = await json("tasks", "--all");
  expect(listed.find(({ id }: { id: string }) => id === one)).toMatchObject({
    state: "needs-you",
    why: { kind: "to-pick", epic },
  });

  const answer = await json("compare", epic);
  expect(SHAPES["experiment"]?.parse(answer)).toEqual(answer);
  const { tasks } = answer;
  expect(tasks).toMatchObject([
    { id: one, coder: "shell", state: "review", outcome: "done", grade: "checked", added: 1, deleted: 0, files: ["b"] },
    { id: two, coder: "robot", common: [{ id: one, files: ["b"] }], checks: [{ verdict: "passed" }] },
  ]);
  expect(await fleet.ok(["compare", epic])).toContain("checked");
  await fleet.ok(["compare", epic, "--html", "page.html"]);
  const page = readFileSync(join(fleet.project, "page.html"), "utf8");
  expect(page).toContain(`<ins>+${one}</ins>`);
  expect(page).toContain("echo &quot;$FLEET_TASK_ID&quot; &gt; b");
  expect(await fleet.ok(["compare", one, two, "--diff"])).toContain(`-${one}\n+${two}`);

  expect(await fleet.ok(["pick", two])).toContain(`Closed, with what they made kept: ${one}`);
  expect(fleet.issue(one)).toMatchObject({ status: "closed", close_reason: `not picked: Ann chose ${two}` });
  expect(fleetRecord(fleet.issue(two))).toMatchObject({ accepted_by: "Ann", grade: "checked" });
  expect((await fleet.run(["pick", one])).stderr).toContain(`${two} is picked already`);
  expect(await fleet.ok(["land", two])).toContain("landed on main");
  expect(git("show", "main:b")).toBe(two);
  expect(fleet.issue(epic)).toMatchObject({ status: "closed", close_reason: `picked ${two}` });
  expect(await fleet.ok(["task", one, "diff"])).toContain(`+${one}`);
});
