/** A conflict from its landing to a person, and every command by which that person ends it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { landingOf } from "@fleet/store/claims";

import { Fleet } from "../support/fleet.ts";
import { SHAPES } from "../support/shapes.ts";
import { until } from "../support/until.ts";
import { repositoryOf } from "./one-file.ts";

test("an unresolved conflict ends with a person, and is predicted, undone and forced by commands", async () => {
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
