/** The receipt as a person reads it, in a commit, and counted over a history: one home, one supervisor. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { readReceipt } from "../../src/attempts/records/receipt.ts";
import { Fleet } from "../support/fleet.ts";
import { until } from "../support/until.ts";
import { DONE, RESULT, says, TOOL, WORKER } from "../support/robot.ts";

let fleet: Fleet;

beforeAll(async () => {
  fleet = await Fleet.make({ max_concurrent: "10", max_attempts: "3" }, WORKER);
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
  mkdirSync(dir);
  git(dir, "init", "-q", "-b", "main");
  writeFileSync(join(dir, "code"), "one\ntwo\nthree\n");
  writeFileSync(join(dir, "dirty"), "a\n");
  git(dir, "add", ".");
  git(dir, "commit", "-qm", "start");
  return dir;
}

const GIT = "git -c user.name=R -c user.email=r@example.org";
const USED = says({ type: "usage", input: 100, output: 20, costUsd: 0.25 });
const messageOf = (id: string, event: string): string =>
  execFileSync("git", ["-C", fleet.home, "log", "-1", "--format=%B", `--grep=^${event} ${id}`], { encoding: "utf8" });
const json = async (...args: string[]) => JSON.parse(await fleet.ok([...args, "--json"]));

describe.concurrent("the receipt of a task", () => {
  it("sums up two attempts: what was done since its base, what failed, and the cost", async () => {
    const cwd = repository("two");
    writeFileSync(join(cwd, "dirty"), "b\n");
    const base = git(cwd, "rev-parse", "HEAD").trim();
    const first = `printf 'one\\n2\\nthree\\n' >code; ${GIT} commit -qam first; ${USED}; exit 3`;
    const second = `printf 'a\\nb\\n' >new; echo c >>dirty; git add new; ${GIT} commit -qm 'Add new' new; git frobnicate; ${TOOL}; ${USED}; fleet bd close "$FLEET_TASK_ID" --reason 'code is 2' >&2; ${RESULT}; exit 0`;
    const id = await fleet.task(
      "two attempts",
      `test -e ../two.first || { touch ../two.first; ${first}; }; ${second}`,
      {
        coder: "worker",
        cwd,
        metadata: { checks: ["echo checked; grep -q 2 code"], prove: ["grep -q 2 code || exit 7"] },
      },
    );
    await fleet.settled(id, "closed");
    const head = git(cwd, "rev-parse", "HEAD").trim();
    const receipt = await json("task", id, "receipt");
    expect(receipt).toMatchObject({
      task: id,
      attempt: 2,
      coder: "worker",
      claim: { how: "closed", words: "code is 2" },
      grade: "proved",
      base: { commit: base },
      head,
      files: {
        from: "git",
        changed: ["code", "dirty", "new"],
        count: 3,
        added: 3,
        deleted: 1,
        lines: [
          { path: "code", added: 1, deleted: 1 },
          { path: "new", added: 2, deleted: 0 },
        ],
      },
      commits: [{ subject: "first" }, { subject: "Add new" }],
      on_base: [{ verdict: "failed", code: 7, commit: base }],
      checks: [{ verdict: "passed", tail: "checked", at: expect.any(String) }, { verdict: "passed" }],
      all: { attempts: 2, tokens: 240, usd: 0.5 },
    });
    expect(receipt.all.duration_ms).toBeGreaterThan(receipt.duration_ms);
    expect(receipt.commands).toContainEqual({ command: "git commit", runs: 1, failed: 0 });
    expect(receipt.commands).toContainEqual(expect.objectContaining({ runs: 1, failed: 1 }));
    expect(receipt.not_looked_at).toEqual([
      "how many lines of dirty (not text, too long, or changed before it began)",
      "what is outside of its working tree",
    ]);

    const page = await fleet.ok(["task", id, "receipt"]);
    for (const part of [
      /attempt +2 of \S+, by worker/,
      /claim +code is 2/,
      /grade +proved/,
      new RegExp(`base +${base.slice(0, 10)}, \\d\\d:\\d\\d`),
      new RegExp(`head +${head.slice(0, 10)}`),
      /files changed +3, \+3 -1 \(from git\)\n +code \+1 -1\n +dirty\n +new \+2 -0/,
      /git commands .*git commit 1/,
      /at the base +failed \(exit 7\) at [0-9a-f]{10} in/,
      /check +passed \(exit 0\) \d\d:\d\d, in [\d.]+ s: echo checked/,
      /tokens +120; 240 in all 2 attempts/,
      /cost +\$0\.25; \$0\.50 in all 2 attempts/,
      /not looked at +what is outside of its working tree/,
      /The end of what `echo checked; grep -q 2 code` printed:\nchecked\n/,
    ])
      expect(page).toMatch(part);

    const message = messageOf(id, "close");
    expect(message).toContain(`Fleet-Base: ${base}, 20`);
    expect(message).toContain(`Fleet-Head: ${head}`);
    expect(message).toContain("Fleet-Changed: 3 files, +3 -1 (git)");
    expect(message).toMatch(/Fleet-Commands: .*git commit 1/);
    expect(message).toMatch(/Fleet-On-Base: failed \(exit 7\) at [0-9a-f]{10}: grep -q 2 code/);
    expect(message).toMatch(/Fleet-Spent: 2 attempts, \d+ s, 240 tokens, \$0\.50/);
  });

  it("is in the commit of who approves it, too", async () => {
    const cwd = repository("approved");
    const metadata = { evidence: "check" };
    const id = await fleet.task("is approved", `echo 4 >>code; ${DONE}`, { coder: "worker", cwd, metadata });
    await fleet.settled(id, "in_progress");
    await fleet.ok(["approve", id]);
    const message = messageOf(id, "close");
    expect(message).toContain("Fleet-Grade: accepted by ");
    expect(message).toMatch(/Fleet-Receipt: exit 0, \d+ tools?, \d+ s/);
    expect(message).toContain("Fleet-Changed: 1 file, +1 -0 (git)");
    expect(await fleet.ok(["task", id, "receipt"])).toMatch(/grade +accepted by \S+.*, \d\d:\d\d/);
  });

  it("is that of the attempt before, while another one runs", async () => {
    const go = "until test -e ../again.go; do sleep 0.05; done";
    const script = `test -e ../again || { touch ../again; exit 3; }; touch ../again.runs; ${go}`;
    const id = await fleet.task("again", script);
    await until("the second attempt", () => existsSync(join(fleet.root, "again.runs")));
    expect(await json("task", id, "receipt")).toMatchObject({ attempt: 1, verdict: "failed", claim: null });
    expect((await fleet.run(["task", id, "receipt", "-n", "2"])).stderr).toContain("has no receipt yet");
    writeFileSync(join(fleet.root, "again.go"), "");
    await fleet.settled(id, "closed");
  });

  it("is bounded, however much was changed and said", async () => {
    const many = "i=0; while [ $i -lt 600 ]; do echo $i >f$i; i=$((i+1)); done";
    const cwd = join(fleet.root, "many");
    mkdirSync(cwd);
    const close = 'fleet bd close "$FLEET_TASK_ID" --reason "$(head -c 9000 /dev/zero | tr "\\0" x)" >&2';
    const id = await fleet.task("many files", `${many}; ${TOOL}; ${close}; ${RESULT}; exit 0`, {
      coder: "worker",
      cwd,
    });
    await fleet.settled(id, "closed");
    const receipt = readReceipt(fleet.dir(id));
    expect(receipt?.files).toMatchObject({ count: 600 });
    expect(receipt?.files?.changed).toHaveLength(500);
    expect(receipt?.claim?.words).toHaveLength(4_000);
    expect((await fleet.ok(["task", id, "receipt"])).split("\n").length).toBeLessThan(60);
  });
});

it("fleet stats --evidence counts what was accepted by grade, and what came back", async () => {
  const project = repository("counted");
  mkdirSync(join(project, "sub"));
  const metadata = { checks: ["true"] };
  const stands = await fleet.task("stands", `echo 1 >>a; ${DONE}`, { coder: "worker", cwd: project, metadata });
  const back = await fleet.task("comes back", "true", { cwd: join(project, "sub") });
  const hand = await fleet.task("by hand", "true", { coder: "nobody", cwd: project });
  for (const id of [stands, back]) await fleet.settled(id, "closed");
  await fleet.ok(["bd", "close", hand]);
  await fleet.ok(["bd", "update", back, "--status", "deferred"]);
  const counted = async () => {
    const stats = await json("stats", "--evidence");
    return { ...stats, rows: stats.rows.filter((row: { project: string }) => row.project === project) };
  };
  expect(await counted()).toMatchObject({
    closed_by_hand: 1,
    unknown: { grade: 0, coder: 0, project: 0 },
    rows: [
      { coder: "shell", accepted: 1, sent_back: { total: 1, otherwise: 1 }, grades: { "exit-0": 1 } },
      { coder: "worker", accepted: 1, sent_back: { total: 0 }, grades: { checked: 1, unknown: 0 } },
    ],
  });
  await fleet.ok(["bd", "reopen", stands]);
  await fleet.settled(stands, "closed");
  expect((await counted()).rows[1]).toMatchObject({ accepted: 2, sent_back: { total: 1, reopened: 1 } });
  expect(await fleet.ok(["stats", "--evidence"])).toMatch(/worker +\S+ +2 +1 \(50%\) +0 +0 +checked 2/);
  expect(await fleet.ok(["stats"])).not.toContain("ACCEPTED");
});
