/** A claim that can't be proven: a person is asked, and nothing continues until they have answered. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { reviewOf } from "@fleet/store/claims";
import { fleetRecord } from "@fleet/store/fleet-record";
import type { Issue } from "@fleet/store/issue";

import { readReceipt } from "../../src/attempts/records/receipt.ts";
import { Fleet } from "../support/fleet.ts";
import { RESULT, ROBOT, TOOL } from "../support/robot.ts";
import { until } from "../support/until.ts";

let fleet: Fleet;

/** It takes its prompt, and closes whatever task it is given. */
const BOASTER = `  boaster:
    argv: [sh, -c, 'cat >/dev/null; fleet bd close "$FLEET_TASK_ID" --reason "implemented everything"']
    prompt: stdin
    events:
      - { when: { type: tool }, event: tool-finished, fields: { tool: name } }
`;

beforeAll(async () => {
  fleet = await Fleet.make({ evidence: "change", max_concurrent: "1" }, `${ROBOT}${BOASTER}`);
  await fleet.supervise();
});
afterAll(async () => await fleet[Symbol.asyncDispose]());

const CLAIM = `fleet bd close "$FLEET_TASK_ID" --reason "implemented everything" >&2; ${RESULT}`;

const waiting = async (id: string): Promise<Issue> => await fleet.settled(id, "in_progress");

const json = async (...args: string[]) => JSON.parse(await fleet.ok([...args, "--json"]));

describe("a claim with nothing behind it", () => {
  it("waits for a person, with its words, the change and what is missing; its slot is free, what needs it waits", async () => {
    const id = await fleet.task("boasts", CLAIM, { coder: "robot" });
    const needs = await fleet.task("needs it", "true", { needs: [id] });
    const issue = await waiting(id);
    expect(issue).toMatchObject({ status: "in_progress" });
    expect(issue.assignee).toBeUndefined();
    expect(fleetRecord(issue).review).toMatchObject({
      attempt: { n: 1 },
      claim: "implemented everything",
      change: "no file changed",
      missing: ["nothing changed", "no tool finished but the call that closed the task"],
    });
    expect(fleet.outcome(id)).toMatchObject({ kind: "asked", becomes: "asked", counts: false });

    const other = await fleet.task("another", "true");
    await fleet.settled(other, "closed");

    const { tasks } = await json("tasks", "--all");
    const row = tasks.find((one: { id: string }) => one.id === id);
    expect(row).toMatchObject({
      state: "needs-you",
      why: { kind: "asked", claim: "implemented everything", change: "no file changed" },
    });
    expect(tasks.find((one: { id: string }) => one.id === needs)).toMatchObject({ why: { kind: "dependencies" } });
    expect(await json("questions")).toMatchObject({
      asked: [{ id, claim: "implemented everything", change: "no file changed", approve_with: `fleet approve ${id}` }],
    });
    const asked = await fleet.ok(["questions"]);
    expect(asked).toContain("says it is done: implemented everything");
    expect(asked).toContain(`fleet reject ${id} -m "…"`);
    expect(await fleet.ok(["task", id])).toContain("implemented everything");
    expect(await json("explain", id)).toMatchObject({ commands: [`fleet approve ${id}`, `fleet reject ${id} -m "…"`] });
    expect(await fleet.ok(["log"])).toContain("says it is done, but nothing changed");

    expect((await fleet.run(["bd", "doctor"])).stdout).not.toContain(id);
    expect(await fleet.ok(["bd", "ready"])).not.toContain(id);
    expect((await fleet.run(["bd", "update", id, "--claim"])).code).not.toBe(0);
    await fleet.ok(["gc", "--older-than", "0s", "--yes"]);
    await fleet.ok(["bd", "export", "-o", join(fleet.root, "all.jsonl")]);
    await fleet.ok(["bd", "import", join(fleet.root, "all.jsonl")]);
    expect(reviewOf(fleet.issue(id))).toEqual(fleetRecord(issue).review);

    expect(await fleet.ok(["approve", id, "-m", "it was there already"])).toContain(`${id} is closed`);
    expect(fleet.issue(id)).toMatchObject({
      status: "closed",
      close_reason: "implemented everything (accepted by Ann)",
    });
    expect(fleetRecord(fleet.issue(id))).toMatchObject({ grade: "accepted", accepted_by: "Ann" });
    expect(fleet.comments(id)).toContain("it was there already");
    expect(readReceipt(fleet.dir(id))).toMatchObject({ grade: "accepted", accepted: { by: "Ann" } });
    const log = execFileSync("git", ["-C", fleet.home, "log", "--format=%B", "--grep", id], { encoding: "utf8" });
    expect(log).toContain("Fleet-Grade: accepted by Ann");
    await fleet.settled(needs, "closed");
    expect(await fleet.run(["approve", id])).toMatchObject({ code: 1, stderr: expect.stringContaining("is closed") });
  });

  it("that nothing has to change is asked, and closes as that when a person agrees", async () => {
    const says = 'fleet bd close "$FLEET_TASK_ID" --no-change --reason "it is there since 1.4" >&2';
    const id = await fleet.task("is there already", `${TOOL}; ${says}; ${RESULT}`, { coder: "robot" });
    expect(fleetRecord(await waiting(id)).review).toMatchObject({
      claim: "it is there since 1.4",
      no_change: true,
      missing: ["the agent says that nothing has to change"],
    });
    await fleet.ok(["approve", id]);
    expect(fleetRecord(fleet.issue(id))).toMatchObject({ grade: "already-there", accepted_by: "Ann" });
    expect(readReceipt(fleet.dir(id))).toMatchObject({ grade: "already-there", accepted: { by: "Ann" } });
  });

  it("that only tests changed is asked where a check depends on them, unless tests are the work", async () => {
    const edits = `${TOOL}; mkdir -p test; echo "// ok" >>test/a.test.ts; fleet bd close "$FLEET_TASK_ID" --reason done >&2; ${RESULT}`;
    const id = await fleet.task("mends the test", edits, { coder: "robot", metadata: { checks: ["true"] } });
    expect(fleetRecord(await waiting(id)).review?.missing).toEqual([
      "only tests changed (test/a.test.ts), and `true` may pass because of that",
    ]);
    const spoils = await fleet.task("edits what is checked", edits, {
      coder: "robot",
      metadata: { checks: ["true"], check_paths: ["test/**"], tests_are_work: true },
    });
    expect((await fleet.attempted(spoils)).reason).toContain("its checks depend on what it changed: test/a.test.ts");
    await fleet.ok(["bd", "close", spoils]);
    const metadata = { checks: ["true"], tests_are_work: true };
    const other = await fleet.task("writes a test", edits, { coder: "robot", metadata });
    await fleet.settled(other, "closed");
    expect(fleetRecord(fleet.issue(other)).grade).toBe("checked");
  });

  it("is started again with the reason when a person rejects it, with the tries it had before", async () => {
    const id = await fleet.task("boasts again", "Mend the login", { coder: "boaster" });
    await waiting(id);
    expect((await fleet.run(["reject", id])).code).not.toBe(0);
    await fleet.ok(["reject", id, "-m", "the login still fails"]);
    await until("the second attempt", () => fleet.outcomes(id).length === 2 && reviewOf(fleet.issue(id)));
    const prompt = readFileSync(join(fleet.dir(id, 2), "prompt.md"), "utf8");
    expect(prompt).toContain("the login still fails");
    expect(prompt).toContain("rejected it");
    expect(fleet.tries(id)).toBe(0);
    expect(fleet.issue(id).assignee).toBeUndefined();
    await fleet.ok(["bd", "update", id, "--status", "blocked"]);
    expect(fleetRecord(fleet.issue(id)).review).toBeUndefined();
    expect((await fleet.run(["approve", id])).stderr).toContain("does not wait for approval");
  });

  it("is not an agent's to approve, to reject, or to close for its child", async () => {
    const id = await fleet.task("is asked", CLAIM, { coder: "robot" });
    await waiting(id);
    const said = `for words in "approve ${id}" "reject ${id} -m x" "bd close ${id}" "bd update ${id} --status open"; do fleet $words; done >said 2>&1; true`;
    const agent = await fleet.task("meddles", said);
    await fleet.settled(agent, "closed");
    expect(reviewOf(fleet.issue(id))).toBeDefined();
    expect(
      readFileSync(join(fleet.project, "said"), "utf8").match(/is for the person who runs the fleet/g),
    ).toHaveLength(2);
  });

  it("waits on when the supervisor is another one, and when old records are deleted", async () => {
    const id = await fleet.task("waits long", CLAIM, { coder: "robot" });
    const { review } = fleetRecord(await waiting(id));
    fleet.askToStop(2);
    await until("the end of the supervisor", () => fleet.supervisor() === undefined);
    await fleet.ok(["gc", "--older-than", "0s", "--yes"]);
    await fleet.supervise();
    const other = await fleet.task("comes after it", "true");
    await fleet.settled(other, "closed");
    expect(fleet.outcomes(id)).toEqual(["asked"]);
    expect(fleetRecord(fleet.issue(id))).toMatchObject({ review, attempts: 1 });
    const { asked } = await json("questions");
    expect(asked.map((one: { id: string }) => one.id)).toContain(id);
    await fleet.ok(["approve", id]);
    expect(readReceipt(fleet.dir(id))).toMatchObject({ grade: "accepted", accepted: { by: "Ann" } });
  });
});
