/** `land: auto`: the supervisor lands what is accepted, gives back what conflicts, and says what it waits for. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { Fleet } from "../support/fleet.ts";
import { until } from "../support/until.ts";
import { repositoryOf } from "./one-file.ts";

/** Its second attempt finds the merge open. */
const resolving = (text: string): string =>
  [
    "if [ -f .git/MERGE_HEAD ]",
    `then grep -q '<<<<<<< ' f || exit 3; printf 'both\\n' > f; git add f; git commit -q --no-edit`,
    `else echo ${text} > f; git add -A; git commit -qm 'write ${text}'`,
    "fi",
  ].join("\n");

const why = async (fleet: Fleet, id: string): Promise<unknown> =>
  JSON.parse(await fleet.ok(["explain", id, "--json"])).why;

test("what is accepted lands by itself; what conflicts goes back with the merge open, and counts as no try", async () => {
  await using fleet = await Fleet.make({ land: "auto", isolate: "clone" });
  const git = repositoryOf(fleet);
  const ids = [await fleet.task("Write one", resolving("one")), await fleet.task("Write two", resolving("two"))];
  await fleet.supervise();
  for (const id of ids) await fleet.settled(id, "closed");
  expect(git("log", "--format=%s", "main").split("\n").sort()).toEqual(["Write one", "Write two", "first"]);
  expect(git("show", "main:f")).toBe("both");
  expect(git("status", "--porcelain")).toBe("");
  const log = await fleet.ok(["log"]);
  expect(log).toContain("conflicts with main in f (round 1 of 3); it goes back to its task");
  expect(log).toContain("the merge of main is open in its workspace; it conflicts in f");
  for (const id of ids)
    expect(fleet.issue(id).metadata).toMatchObject({ fleet: expect.not.objectContaining({ tries: 1 }) });
});

test("what a person has changed is waited for with the reason, and landed over once it is not; others land meanwhile", async () => {
  await using fleet = await Fleet.make({ land: "auto", isolate: "clone" });
  const git = repositoryOf(fleet);
  writeFileSync(join(fleet.project, "f"), "of the person\n");
  const held = await fleet.task("Write f", "echo task > f; git commit -qam f");
  const other = await fleet.task("Write g", "echo task > g; git add g; git commit -qm g");
  await fleet.supervise();
  await fleet.settled(other, "closed");
  await until("the reason", async () => JSON.stringify(await why(fleet, held)).includes("landing-held"));
  expect(await why(fleet, held)).toMatchObject({
    why: `f in ${fleet.project} has changes that are not committed`,
    person: false,
  });
  expect(fleet.issue(held).status).toBe("in_progress");
  git("checkout", "-q", "f");
  await fleet.settled(held, "closed");
  expect(git("show", "main:f")).toBe("task");
});
