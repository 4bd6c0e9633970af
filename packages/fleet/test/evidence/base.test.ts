/** Where the work of a task began: what counts as its work, over all of its attempts. One home, one supervisor. */
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { reviewOf } from "@fleet/store/claims";
import { fleetRecord } from "@fleet/store/fleet-record";

import { readReceipt } from "../../src/attempts/records/receipt.ts";
import { some } from "../../../kit/test/runs.ts";
import { Fleet } from "../support/fleet.ts";
import { RESULT, ROBOT, says, TOOL } from "../support/robot.ts";
import { until } from "../support/until.ts";

let fleet: Fleet;

beforeAll(async () => {
  fleet = await Fleet.make({ evidence: "change", max_attempts: "3", max_concurrent: "30" }, ROBOT);
  await fleet.supervise();
});
afterAll(async () => await fleet[Symbol.asyncDispose]());

const git = (dir: string, ...args: string[]): string =>
  execFileSync("git", ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", ...args], {
    cwd: dir,
    encoding: "utf8",
  });

function project(name: string, isRepository = true): string {
  const dir = join(fleet.root, name);
  mkdirSync(dir);
  writeFileSync(join(dir, "README"), "hello\n");
  if (!isRepository) return dir;
  git(dir, "init", "-q");
  git(dir, "add", ".");
  git(dir, "commit", "-qm", "start");
  return dir;
}

const COMMIT = "git -c user.name=R -c user.email=r@example.org commit -q";
const CLOSE = `fleet bd close "$FLEET_TASK_ID" --reason "all done" >&2; ${RESULT}`;
/** It continues in a second attempt: the first one reached a limit that ends at once. */
const twice = (first: string, then: string): string =>
  `if [ -e ../once.$FLEET_TASK_ID ]; then ${then}; else touch ../once.$FLEET_TASK_ID; ${first}; exit 3; fi`;

async function asked(id: string): Promise<readonly string[]> {
  return reviewOf(await fleet.settled(id, "in_progress"))?.missing ?? [];
}

describe.concurrent("work of an earlier attempt", () => {
  it.each([true, false])("counts, also where a commit or a path is expected (in a repository: %s)", async (inGit) => {
    const cwd = project(`earlier-${inGit}`, inGit);
    const work = inGit ? `echo 1 >src; git add src; ${COMMIT} -m work` : "echo 1 >src";
    const id = await fleet.task("goes on", twice(`${TOOL}; ${work}`, `${TOOL}; ${CLOSE}`), {
      cwd,
      coder: "robot",
      metadata: { expect: inGit ? ["commit", "path:src"] : ["path:src"] },
    });
    const issue = await fleet.settled(id, "closed");
    expect(fleet.outcomes(id)).toEqual(["failed", "done"]);
    expect(fleetRecord(issue)).toMatchObject({ grade: "expected", bases: [{ uuid: expect.any(String) }] });
    expect(readReceipt(fleet.dir(id, 2))).toMatchObject({ files: { changed: ["src"] } });
    await fleet.ok(["bd", "reopen", id]);
    expect(fleetRecord(fleet.issue(id)).bases ?? []).not.toEqual(fleetRecord(issue).bases);
  });
});

describe.concurrent("nothing changed by", () => {
  it.each(
    some(3, [
      [
        "a commit that was undone",
        `echo x >>README; ${COMMIT} -am work; git -c user.name=R -c user.email=r@x.org revert --no-edit HEAD >&2`,
      ],
      ["a touch", "touch README"],
      ["a chmod that nobody asked for", "chmod +x README"],
      ["blank lines", "printf '\\n\\nhello\\n' >README"],
      ["an empty commit", `${COMMIT} --allow-empty -m work`],
      ["a commit that was not made", `echo x >y; git add y; ${COMMIT} --dry-run -m work; git rm -qf y`],
      ["a file that was changed back", "echo x >>README; git checkout -q README"],
      ["looking", "cat README >&2"],
    ]),
  )("%s, in a repository", async (what, script) => {
    const cwd = project(`nothing-${what.replaceAll(/\W+/g, "-")}`);
    const id = await fleet.task(what, `${TOOL}; ${script}; ${CLOSE}`, {
      cwd,
      coder: "robot",
      metadata: { checks: ["true"] },
    });
    expect((await asked(id))?.[0]).toBe("nothing changed");
  });

  it("a chmod, a touch and a blank line in a plain directory", async () => {
    const cwd = project("plain", false);
    for (const name of ["a", "b"]) writeFileSync(join(cwd, name), "x\n");
    chmodSync(join(cwd, "a"), 0o644);
    const id = await fleet.task("plain", `${TOOL}; chmod +x a; echo >>b; touch README; ${CLOSE}`, {
      cwd,
      coder: "robot",
    });
    expect(await asked(id)).toEqual(["nothing changed", "only a mode, blank lines or an empty file: a, b"]);
  });
});

describe.concurrent("something changed by", () => {
  it.each(
    some(3, [
      ["a chmod of a file that was to change", "chmod +x README", "expected"],
      [
        "a commit with an older date",
        `echo x >>README; GIT_COMMITTER_DATE=2001-01-01T00:00:00Z ${COMMIT} -am old`,
        "changed",
      ],
      [
        "an amended commit",
        `echo x >>README; ${COMMIT} -am one; echo y >>README; ${COMMIT} --amend -am two`,
        "changed",
      ],
      [
        "a squashed commit",
        `echo x >>README; ${COMMIT} -am one; git reset -q --soft HEAD~1; ${COMMIT} -m two`,
        "changed",
      ],
      ["a file called __proto__", "echo x >__proto__", "changed"],
    ]),
  )("%s", async (what, script, grade) => {
    const cwd = project(`something-${what.replaceAll(/\W+/g, "-")}`);
    const expected = grade === "expected" ? { expect: ["path:README"] } : {};
    const id = await fleet.task(what, `${TOOL}; ${script}; ${CLOSE}`, { cwd, coder: "robot", metadata: expected });
    expect(fleetRecord(await fleet.settled(id, "closed")).grade).toBe(grade);
  });

  it("a repository that the work itself makes: it counts from nothing", async () => {
    const cwd = project("made", false);
    const script = `${TOOL}; git init -q; echo x >src; git add .; ${COMMIT} -m first; ${CLOSE}`;
    const id = await fleet.task("makes it", script, { cwd, coder: "robot", metadata: { expect: ["commit"] } });
    await fleet.settled(id, "closed");
    expect(readReceipt(fleet.dir(id))).toMatchObject({ commits: [{ subject: "first" }], residuals: { dirty: [] } });
  });
});

it("commits on a branch that is not checked out are asked, naming it", async () => {
  const cwd = project("branch");
  const script = `${TOOL}; git checkout -qb side; echo x >y; git add y; ${COMMIT} -m work; git checkout -q -; ${CLOSE}`;
  const id = await fleet.task("works elsewhere", script, { cwd, coder: "robot" });
  expect(await asked(id)).toEqual([expect.stringContaining("checked out")]);
});

it("a person's changes are not the work of an agent whose tools never ran", async () => {
  const cwd = project("beside");
  const wait = "until [ -e ../go ]; do sleep 0.05; done";
  const id = await fleet.task("idles", `${says({ type: "session", id: "s" })}; ${wait}; ${CLOSE}`, {
    cwd,
    coder: "robot",
  });
  await until("its start", () => existsSync(join(fleet.dir(id), "pid")));
  writeFileSync(join(cwd, "README"), "by a person\n");
  writeFileSync(join(fleet.root, "go"), "");
  expect((await asked(id))[0]).toContain("something changed, but not by its tools");
});
