/** From "done" to the target by a person's word: looked at, sent back with remarks, answered, and approved. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { reviewOf } from "@fleet/store/claims";
import { fleetRecord } from "@fleet/store/fleet-record";

import type { Fleet } from "../support/fleet.ts";
import { SHAPES } from "../support/shapes.ts";
import { until } from "../support/until.ts";
import { reviewed } from "./support.ts";

let fleet: Fleet;
const json = async (...args: string[]) => JSON.parse(await fleet.ok([...args, "--json"]));

beforeAll(async () => ({ fleet } = await reviewed()));
afterAll(async () => await fleet[Symbol.asyncDispose]());

describe("work that a person is to see", () => {
  it("waits without a holder, is sent back with remarks that are answered, and is approved", async () => {
    const id = await fleet.task("Write it", "Write the file");
    const needs = await fleet.task("Needs it", "x", { needs: [id], metadata: { review: "none" } });
    const waits = await fleet.settled(id, "in_progress");
    expect(waits.assignee).toBeUndefined();
    expect(reviewOf(waits)).toMatchObject({ grade: "changed", claim: "wrote it", missing: [] });
    const { tasks } = await json("tasks", "--all");
    expect(tasks.find((one: { id: string }) => one.id === id)).toMatchObject({
      state: "needs-you",
      why: { kind: "in-review" },
    });
    expect(tasks.find((one: { id: string }) => one.id === needs)).toMatchObject({ why: { kind: "dependencies" } });
    expect(await json("questions")).toMatchObject({ asked: [] });
    expect((await fleet.run(["land", id])).stderr).toContain(`fleet approve ${id}`);
    const waiting = await json("review");
    expect(SHAPES["reviews"]?.parse(waiting)).toEqual(waiting);
    expect(waiting).toMatchObject({
      reviews: [{ id, state: "review", grade: "changed", files: 1, open_remarks: 0 }],
    });
    const page = await fleet.ok(["review", id]);
    expect(page.indexOf("waits for review")).toBeLessThan(page.indexOf("+second"));

    expect((await fleet.run(["review", id, "--comment", `${id}:9`, "-m", "x"])).stderr).toContain("has 3 lines");
    expect(await fleet.ok(["review", id, "--comment", `${id}:2`, "-m", "mend this"])).toContain(`on ${id}:2`);
    // As a shell completes it.
    expect(await fleet.ok(["review", id, "--comment", `${join(fleet.project, id)}:1`, "-m", "good"])).toContain(
      `on ${id}:1`,
    );
    expect(await fleet.ok(["review", id, "--request-changes"])).toContain("with 2 remarks");
    await until("the second attempt", () => fleet.outcomes(id).length === 2 && reviewOf(fleet.issue(id)));
    const prompt = readFileSync(join(fleet.dir(id, 2), "prompt.md"), "utf8");
    expect(prompt).toMatch(/^# Review: changes are wanted\nAnn has looked at the work of attempt 1/);
    expect(prompt).toContain(`${id}:2 (Ann)\n  > second\n  mend this`);
    expect(fleet.tries(id)).toBe(0);
    expect(fleetRecord(fleet.issue(id)).rework).toBeUndefined();

    const answer = await json("review", id);
    expect(SHAPES["review"]?.parse(answer)).toEqual(answer);
    const { remarks, diff } = answer;
    expect(remarks).toMatchObject([
      { line: 2, state: "outdated", open: false, replies: [{ text: "mended", agents: true }] },
      { line: 1, state: "here", open: true, replies: [] },
    ]);
    expect(diff).toContain("+resumed s1");

    expect(await fleet.ok(["review", id, "--approve", "-m", "fine"])).toContain("closes once it has landed");
    expect(fleetRecord(fleet.issue(id)).approval).toMatchObject({ by: "Ann", attempt: { n: 2 }, files: { [id]: {} } });
    expect(reviewOf(fleet.issue(id))).toBeUndefined();
  });
});
