/** Ten typical completions, by real processes from claim to verdict: scripts and an agent, honest and not. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { readReceipt } from "../../../src/attempts/records/receipt.ts";
import { Fleet } from "../../support/fleet.ts";
import { RESULT, ROBOT, TOOL } from "../../support/robot.ts";
import { until } from "../../support/until.ts";

let fleet: Fleet;

beforeAll(async () => {
  fleet = await Fleet.make({ evidence: "change", max_attempts: "2", max_per_cwd: "2", max_concurrent: "12" }, ROBOT);
  await fleet.supervise();
});
afterAll(async () => await fleet[Symbol.asyncDispose]());

const git = (dir: string, ...args: string[]): string =>
  execFileSync("git", ["-c", "user.name=Ann", "-c", "user.email=ann@example.org", ...args], {
    cwd: dir,
    encoding: "utf8",
  });

function repository(name: string): string {
  const dir = join(fleet.root, name);
  mkdirSync(join(dir, "src"), { recursive: true });
  git(dir, "init", "-q", "-b", "main");
  git(dir, "config", "user.name", "R");
  git(dir, "config", "user.email", "r@example.org");
  writeFileSync(join(dir, "src", "a"), "one\n");
  git(dir, "add", ".");
  git(dir, "commit", "-qm", "start");
  return dir;
}

const COMMITS = "echo more >>src/a; git commit -qam 'Add more'";
/** By a script that says so in its stream, as an agent does. */
const closing = (does: string): string =>
  `${does}; ${TOOL}; fleet bd close "$FLEET_TASK_ID" --reason 'All done.' >&2; ${RESULT}; exit 0`;

interface Walk {
  readonly coder: "shell" | "robot";
  readonly does: string;
  readonly wanted?: Readonly<Record<string, unknown>>;
  readonly status: "closed" | "in_progress" | "blocked";
  readonly grade?: string;
  readonly attempts?: number;
}

const WALKS: Readonly<Record<string, Walk>> = {
  "a script that ends well": { coder: "shell", does: "true", status: "closed", grade: "exit-0" },
  "a script whose check passes": {
    coder: "shell",
    does: COMMITS,
    wanted: { checks: ["grep -q more src/a"], expect: ["commit", "path:src/**"] },
    status: "closed",
    grade: "checked",
  },
  "a script whose check fails": {
    coder: "shell",
    does: COMMITS,
    wanted: { checks: ["grep -q less src/a"] },
    status: "blocked",
    attempts: 2,
  },
  "a script that proves its work": {
    coder: "shell",
    does: COMMITS,
    wanted: { prove: ["grep -q more src/a"] },
    status: "closed",
    grade: "proved",
  },
  "a script that changes what it may not": {
    coder: "shell",
    does: COMMITS,
    wanted: { deny: ["src/**"] },
    status: "blocked",
    attempts: 2,
  },
  "work of two attempts": {
    coder: "robot",
    does: `test -e ../two || { touch ../two; ${COMMITS}; exit 3; }; ${closing("git log -1 >&2")}`,
    wanted: { expect: ["commit"], checks: ["true"] },
    status: "closed",
    grade: "checked",
    attempts: 2,
  },
  "an agent that commits": { coder: "robot", does: closing(COMMITS), status: "closed", grade: "changed" },
  "an agent that does nothing": {
    coder: "robot",
    does: closing("cat src/a >&2"),
    wanted: { checks: ["true"] },
    status: "in_progress",
  },
  "an agent that commits nothing": {
    coder: "robot",
    does: closing("git commit -q --allow-empty -m 'Do all of it'"),
    status: "in_progress",
  },
  "an agent that was to answer": {
    coder: "robot",
    does: closing("cat src/a >&2"),
    wanted: { expect: ["answer"] },
    status: "closed",
    grade: "answer",
  },
};

describe.concurrent("by real processes", () => {
  it.each(Object.entries(WALKS))("%s", async (name, { coder, does, wanted = {}, status, grade, attempts = 1 }) => {
    const cwd = repository(name.replaceAll(" ", "-"));
    const id = await fleet.task(name, does, { coder, cwd, metadata: wanted });
    await fleet.settled(id, status);
    expect(fleet.outcomes(id)).toHaveLength(attempts);
    expect(readReceipt(fleet.dir(id, attempts))?.grade).toBe(grade);
  });

  it("two agents in one directory, each with its own commit", async () => {
    const cwd = repository("beside");
    const meet = (own: string, other: string): string =>
      `touch ../${own}; until test -e ../${other}; do sleep 0.05; done`;
    const commits = (file: string): string => `echo 1 >src/${file}; git add src/${file}; git commit -qm ${file}`;
    const locked = (file: string): string => `until (${commits(file)}) 2>&1 >&2; do sleep 0.05; done`;
    const ids = await Promise.all([
      fleet.task("one", closing(`${meet("one", "two")}; ${locked("b")}`), { coder: "robot", cwd }),
      fleet.task("two", closing(`${meet("two", "one")}; ${locked("c")}`), { coder: "robot", cwd }),
    ]);
    await until("both claim", () => ids.every((id) => fleet.outcomes(id)[0] !== undefined));
    const subjects = ids.map((id) => (readReceipt(fleet.dir(id))?.commits ?? []).map(({ subject }) => subject));
    expect(subjects).toEqual([["b"], ["c"]]);
    for (const id of ids) await fleet.settled(id, "closed");
  });
});
