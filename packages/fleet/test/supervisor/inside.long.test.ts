/** What an agent's processes may do that have nothing of its environment, its checks, and its pushes. */
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { Fleet } from "../support/fleet.ts";
import { tries } from "./tries.ts";

describe("any process below an attempt in the process tree acts as it", () => {
  let fleet: Fleet;
  beforeAll(async () => {
    fleet = await Fleet.make({ max_attempts: "1" });
    await fleet.supervise();
  });
  afterAll(async () => await fleet[Symbol.asyncDispose]());

  /** A task of a person, which is not started. */
  const persons = async (): Promise<string> =>
    /\S+/.exec(await fleet.ok(["bd", "create", "a person's", "--defer", "+1d", "--silent"]))?.[0] ?? "";
  const at = (dir: string): string => {
    mkdirSync(join(fleet.project, dir));
    return join(fleet.project, dir);
  };
  const said = (dir: string): string[] => readFileSync(join(dir, "answers"), "utf8").trim().split("\n");
  const CLEAN = `env -i HOME="$HOME" FLEET_HOME="$FLEET_HOME" PATH="$PATH"`;

  it("with a clean environment: its close is a claim, and other tasks are not its to change", async () => {
    const other = await persons();
    const cwd = at("clean");
    const script = tries(
      `${CLEAN} fleet bd close ${other}`,
      `${CLEAN} fleet kill ${other}`,
      `${CLEAN} fleet run stop`,
      `${CLEAN} fleet bd comments add ${other} seen --author Ann --actor Ann`,
      `${CLEAN} BEADS_ACTOR=Ann fleet bd close "$FLEET_TASK_ID" --reason "made it"`,
    );
    const id = await fleet.task("cleans up", script, { cwd });
    await fleet.settled(id, "closed");
    const [close, kill, stop, comment, own] = said(cwd);
    expect(close).toMatch(/^1 .*may only comment on, label and link it/);
    expect(kill).toMatch(/^1 .*fleet kill is for the person/);
    expect(stop).toMatch(/^1 .*fleet run stop is for the person/);
    expect([comment, own]).toEqual([expect.stringMatching(/^0 /), expect.stringMatching(/^0 /)]);
    expect(fleet.outcomes(id)).toEqual(["done"]);
    expect(fleet.issue(id).close_reason).toBe("made it");
    expect(fleet.issue(other)).toMatchObject({
      status: "deferred",
      comments: [{ author: expect.stringMatching(/^shell\/[0-9a-f]{4}$/) }],
    });
    const format = "--format=%an|%(trailers:key=Fleet-Attempt,valueonly)";
    const log = execFileSync("git", ["log", "-1", "--grep=^comment", format, "main"], {
      cwd: fleet.store.gitDir,
      encoding: "utf8",
    });
    expect(log).toMatch(/^shell\/[0-9a-f]{4}\|1 [0-9a-f-]{36}/);
  });

  it("a check only reads, whatever its environment; in a home that it made itself it is as free as anybody", async () => {
    const other = await persons();
    const cwd = at("checked");
    const own = '"$(cat id)"';
    const check = tries(
      `fleet bd show ${other}`,
      `fleet bd comment ${other} x`,
      `fleet bd close ${own}`,
      `${CLEAN} fleet bd close ${own}`,
      `${CLEAN} fleet bd create x`,
      `fleet kill ${own}`,
      `FLEET_HOME=$PWD/home fleet init`,
      `FLEET_HOME=$PWD/home fleet bd create x`,
    );
    const id = await fleet.task("is checked", 'echo "$FLEET_TASK_ID" >id', { cwd, metadata: { checks: [check] } });
    await fleet.settled(id, "closed");
    expect(said(cwd).map((line) => line[0])).toEqual(["0", "1", "1", "1", "1", "1", "0", "0"]);
    for (const line of said(cwd).slice(1, 6)) expect(line).toContain("a check only reads");
    expect(fleet.outcomes(id)).toEqual(["done"]);
    expect(fleet.issue(other).comments).toBeUndefined();
  });

  it("a push: what its bd may not do it may not push either", async () => {
    const other = await persons();
    const cwd = at("pushes");
    await fleet.ok(["clone", join(cwd, "first")]);
    const who = "GIT_AUTHOR_NAME=x GIT_AUTHOR_EMAIL=x GIT_COMMITTER_NAME=x GIT_COMMITTER_EMAIL=x";
    const script = [
      'git clone -q "$FLEET_HOME/.git" clone && cd clone',
      `sed -i '/"${other}"/s/"status":"deferred"/"status":"closed"/' issues/*.jsonl`,
      `env -i HOME="$HOME" PATH="$PATH" ${who} git commit -qam x`,
      'env -i HOME="$HOME" PATH="$PATH" git push >../said 2>&1; echo $? >>../said',
    ].join("\n");
    const id = await fleet.task("pushes", script, { cwd });
    await fleet.settled(id, "closed");
    expect(readFileSync(join(cwd, "said"), "utf8")).toMatch(/did not make [^]*fleet bd comment[^]*\n1\n$/);
    expect(fleet.issue(other).status).toBe("deferred");
  });
});
