/** `land: auto`: the supervisor lands what is accepted, gives back what conflicts, and says what it waits for. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { landingOf } from "@fleet/store/claims";

import { Fleet } from "../support/fleet.ts";
import { SHAPES } from "../support/shapes.ts";
import { until } from "../support/until.ts";

type Git = (...args: string[]) => string;

/** A repository with one file on main. */
function repositoryOf({ project, env }: Fleet): Git {
  const git: Git = (...args) => execFileSync("git", args, { cwd: project, env, encoding: "utf8" }).trim();
  git("init", "-q", "-b", "main");
  writeFileSync(join(project, "f"), "first\n");
  git("add", "-A");
  git("commit", "-qm", "first");
  return git;
}

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

test("a conflict that nobody resolves ends with a person, and is predicted, undone and forced by commands", async () => {
  await using fleet = await Fleet.make({ land: "manual", isolate: "clone", max_conflict_rounds: "1" });
  const git = repositoryOf(fleet);
  const stubborn =
    "test -f .git/MERGE_HEAD && git merge --abort; echo mine > f; git add -A; git commit -qm mine || true; echo left >> x";
  const first = await fleet.task("Write f", "echo one > f; git commit -qam one");
  const second = await fleet.task("Write it too", stubborn);
  await fleet.supervise();
  const waits = async (id: string): Promise<boolean> =>
    await until(`${id} to wait for its landing`, () => landingOf(fleet.issue(id)) !== undefined);
  for (const id of [first, second]) await waits(id);
  const tip = git("rev-parse", "main");
  const dry = await fleet.ok(["land", "--dry-run", "--json"]);
  expect(SHAPES["land-dry-run"]?.safeParse(JSON.parse(dry)).error).toBeUndefined();
  const rows: unknown = JSON.parse(dry).landings;
  expect(rows).toEqual([
    expect.objectContaining({ would: "lands", files: [], tasks: [] }),
    expect.objectContaining({ would: "conflict", files: ["f"], tasks: [expect.any(String)] }),
  ]);
  expect(git("rev-parse", "main")).toBe(tip);
  const landed = await fleet.ok(["land", first, "--json"]);
  expect(SHAPES["land"]?.safeParse(JSON.parse(landed)).error).toBeUndefined();
  expect((await fleet.run(["land", second])).stderr).toContain(
    "conflicts with main in f (round 1 of 1); its next attempt resumes it",
  );
  await waits(second);
  expect((await fleet.run(["land", second])).stderr).toContain(
    "conflicts with main in f, after 1 rounds; a person has to look",
  );
  expect(fleet.issue(second)).toMatchObject({ status: "blocked" });
  const undone = await fleet.ok(["land", first, "--undo", "--json"]);
  expect(SHAPES["land-undo"]?.safeParse(JSON.parse(undone)).error).toBeUndefined();
  expect(await fleet.ok(["land", first, "--undo"])).toContain(`${first} was taken back earlier from main`);
  expect(git("show", "main:f")).toBe("first");
  expect(git("log", "--format=%s", "main").split("\n")).toEqual(['Revert "Write f"', "Write f", "first"]);
  expect((await fleet.run(["land", first])).stderr).toContain(`fleet approve ${first}`);
  expect(await fleet.ok(["land", first, "--force"])).toContain("landed on main");
  expect(fleet.issue(first)).toMatchObject({ status: "closed", metadata: { fleet: { accepted_by: "Ann" } } });
  expect(await fleet.ok(["log"])).toContain("forced by Ann: nothing was checked");
  // What a person finishes in the branch that they brought into their repository is what lands.
  expect((await fleet.run(["land", second])).stderr).toContain(`${second} is not done: it is blocked`);
  expect(await fleet.ok(["land", "--dry-run", second])).toBe(
    `${second} would not land, because ${second} is not done: it is blocked (fleet explain ${second}): Write it too\n`,
  );
  await fleet.ok(["checkout", second]);
  git("checkout", "-q", `fleet/${second}`);
  git("merge", "-q", "-s", "ours", "--no-edit", "main");
  writeFileSync(join(fleet.project, "f"), "of both\n");
  git("commit", "-qam", "finish it by hand");
  git("checkout", "-q", "main");
  await fleet.ok(["bd", "close", second, "--reason", "finished by hand"]);
  expect(await fleet.ok(["land", second])).toContain("landed on main");
  expect(git("show", "main:f")).toBe("of both");
  expect(git("show", "main:x")).toBe("left\nleft");
});
