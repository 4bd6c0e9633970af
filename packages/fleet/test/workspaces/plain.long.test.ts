/** Snapshots of directories that are unlike others: without a commit, and of a partial clone. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { attemptsOf } from "../../src/attempts/records/paths.ts";
import { readTaken } from "../../src/attempts/records/taken.ts";
import { journalPath } from "../../src/engine/shell/state/journal.ts";
import { Fleet } from "../support/fleet.ts";

const gitOf =
  (env: Fleet["env"]) =>
  (dir: string, ...args: string[]): string =>
    execFileSync("git", args, { cwd: dir, env, encoding: "utf8" }).trim();

test("a directory before its first commit is kept too, and of one that can't be kept the log says why", async () => {
  await using fleet = await Fleet.make({ snapshots: "on" });
  const { project, home, root } = fleet;
  const git = gitOf(fleet.env);
  const partial = join(root, "partial");
  git(project, "init", "-q", "--object-format=sha256");
  const source = join(root, "source");
  git(root, "init", "-q", source);
  writeFileSync(join(source, "a"), "a\n");
  git(source, "add", "-A");
  git(source, "commit", "-qm", "first");
  writeFileSync(join(source, "a"), "b\n");
  git(source, "commit", "-qam", "second");
  git(source, "config", "uploadpack.allowFilter", "true");
  git(root, "clone", "-q", "--filter=blob:none", `file://${source}`, partial);
  const [id, other] = [await fleet.task("work", "echo n > n"), await fleet.task("x", "echo n > n", { cwd: partial })];
  await fleet.supervise();
  await Promise.all([fleet.settled(id, "closed"), fleet.settled(other, "closed")]);
  expect(await fleet.ok(["task", id, "diff", "--attempt", "1", "--name-only"])).toBe("n\n");
  expect(readTaken(attemptsOf(home, other)[0]?.dir ?? "")).toMatchObject({ kind: "not-taken" });
  expect(readFileSync(journalPath(home), "utf8")).toContain(`no snapshot of ${partial}: `);
});
