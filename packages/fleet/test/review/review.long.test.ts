/** An approval over a newer target and of work that is another by now, and a review that is written into the diff. */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { reviewOf } from "@fleet/store/claims";
import { fleetRecord } from "@fleet/store/fleet-record";

import type { Fleet } from "../support/fleet.ts";
import { until } from "../support/until.ts";
import { reviewed, type Reviewed } from "./support.ts";

let fleet: Fleet;
let git: Reviewed["git"];
const json = async (...args: string[]) => JSON.parse(await fleet.ok([...args, "--json"]));

beforeAll(async () => ({ fleet, git } = await reviewed()));
afterAll(async () => await fleet[Symbol.asyncDispose]());

describe("work that a person is to see", () => {
  it("lands on a newer target as it was approved, in the approver's name", async () => {
    const id = await fleet.task("Write it", "Write the file");
    const needs = await fleet.task("Needs it", "x", { needs: [id] });
    await fleet.settled(id, "in_progress");
    await fleet.ok(["approve", id]);
    writeFileSync(join(fleet.project, "other"), "other\n");
    git("add", "other");
    git("commit", "-qm", "meanwhile");
    expect(await fleet.ok(["land", id])).toContain("landed on main");
    expect(fleet.issue(id)).toMatchObject({ status: "closed", close_reason: "wrote it (accepted by Ann)" });
    expect(fleetRecord(fleet.issue(id))).toMatchObject({ grade: "changed", accepted_by: "Ann" });
    expect(git("show", `main:${id}`)).toBe("first\nsecond\nthird");
    await fleet.settled(needs, "in_progress");
  });

  it("that is another since it was approved does not land, says what moved, and waits for a person again", async () => {
    const id = await fleet.task("Write another", "Write the file");
    await fleet.settled(id, "in_progress");
    await fleet.ok(["approve", id]);
    await fleet.ok(["checkout", id]);
    git("checkout", "-q", `fleet/${id}`);
    writeFileSync(join(fleet.project, id), "mine\n");
    writeFileSync(join(fleet.project, "more"), "mine\n");
    git("add", "more");
    git("commit", "-qam", "went on");
    git("checkout", "-q", "main");
    const { code, stderr } = await fleet.run(["land", id]);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`changed since it was approved: more, ${id}`)]);
    expect(await json("review", id)).toMatchObject({ review: { voided: { by: "Ann", moved: ["more", id] } } });
    expect(await fleet.ok(["log"])).toContain("no longer holds; changed since it was approved");
    expect(git("log", "--format=%s", "main")).not.toContain("Write another");
    // What is shown and approved now is what lands then.
    expect(await fleet.ok(["review", id])).toContain("+mine");
    await fleet.ok(["approve", id]);
    expect(await fleet.ok(["land", id])).toContain("landed on main");
    expect(git("show", `main:more`)).toBe("mine");
  });

  it("takes remarks from the diff in an editor, and sends them back at once", async () => {
    const id = await fleet.task("Write a third", "Write the file");
    await fleet.settled(id, "in_progress");
    const EDITOR = `sh -c 'sed -i "s/^+third/&\\n> rather not/" "$1"' x`;
    expect(await fleet.ok(["review", id, "-e", "--request-changes"], { env: { EDITOR, VISUAL: "" } })).toContain(
      "with 1 remark",
    );
    await until("the second attempt", () => fleet.outcomes(id).length === 2 && reviewOf(fleet.issue(id)));
    expect(readFileSync(join(fleet.dir(id, 2), "prompt.md"), "utf8")).toContain(
      `${id}:3 (Ann)\n  > third\n  rather not`,
    );
  });

  it("that was done again while a person wrote is not judged by what they wrote, which is kept", async () => {
    const id = await fleet.task("Write a fourth", "Write the file");
    await fleet.settled(id, "in_progress");
    const [opened, go] = [join(fleet.root, "opened"), join(fleet.root, "go")];
    const editor = join(fleet.root, "slow-editor");
    writeFileSync(
      editor,
      `sed -i -e 's/^+second/&\\n> in words/' -e '1i > all of it' "$1"; touch ${opened}; until [ -e ${go} ]; do sleep 0.1; done`,
    );
    const env = { EDITOR: `sh ${editor}`, VISUAL: "" };
    const writes = fleet.run(["review", id, "-e", "--approve"], { env });
    await until("the editor", () => existsSync(opened));
    const head = reviewOf(fleet.issue(id))?.head ?? "";
    await fleet.ok(["review", id, "--comment", `${id}:3`, "-m", "rather not"]);
    await fleet.ok(["review", id, "--request-changes"]);
    await until("the second attempt", () => fleet.outcomes(id).length === 2 && reviewOf(fleet.issue(id)));
    writeFileSync(go, "");
    const { code, stderr } = await writes;
    expect(code).toBe(1);
    expect(stderr).toContain(`${id} has changed since you looked at it: attempt 2 waits for review now`);
    const file = /^What you wrote is kept in (.*)$/m.exec(stderr)?.[1] ?? "";
    expect(readFileSync(file, "utf8")).toMatch(/^> all of it\n/);
    rmSync(dirname(file), { recursive: true });
    expect(reviewOf(fleet.issue(id))).toMatchObject({ attempt: { n: 2 } });
    expect(fleetRecord(fleet.issue(id)).approval).toBeUndefined();
    expect((await json("review", id)).remarks).toMatchObject([
      { words: "rather not", open: false },
      { words: "in words", state: "outdated", head: head.slice(0, 12), open: true },
    ]);
  });
});
