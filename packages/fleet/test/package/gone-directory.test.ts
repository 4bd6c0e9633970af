/** Commands in a directory that was deleted under the shell: `git worktree remove` in another pane, an agent's own clean-up. */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { some } from "../../../kit/test/runs.ts";
import { Fleet, FLEET, type Ran } from "../support/fleet.ts";

let fleet: Fleet;
let id = "";
beforeAll(async () => {
  fleet = await Fleet.make();
  id = await fleet.task("Fix the timeout", "true");
});
afterAll(async () => await fleet[Symbol.asyncDispose]());

/** A shell goes into a directory, deletes it, and runs the command. */
async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const gone = join(fleet.project, "gone");
  mkdirSync(gone, { recursive: true });
  const script = 'cd "$1" && rmdir "$1" && shift && exec "$@"';
  return await new Promise((resolve) => {
    execFile(
      "sh",
      ["-c", script, "sh", gone, process.execPath, FLEET, ...args],
      { cwd: fleet.project, env: { ...fleet.env, ...env } },
      (error, stdout, stderr) => resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });
}

const deleted = (instead: string): string =>
  `Error: the current directory (${fleet.project}/gone) was deleted: cd to one that exists, or ${instead}\n`;

describe("what needs no directory works", () => {
  it.each(
    some<[args: string[], said?: string]>(4, [
      [["tasks", "--all"]],
      [["log"], "(nothing happened yet: fleet run start)\n"],
      [["run", "status", "--json"]],
      [["config", "show"]],
      [["coders"]],
      [["bd", "list"]],
      [["bd", "ready"]],
      [["--version"]],
      [["--help"]],
      [[]],
    ]),
  )("fleet %j", async (args, said = "") => {
    const { code, stderr } = await run(args);
    // 3: no supervisor.
    expect({ ok: code === 0 || code === 3, stderr }).toEqual({ ok: true, stderr: said });
  });

  it("show, comment and close of a task, by the git identity of the user", async () => {
    expect((await run(["bd", "show", id])).stdout).toContain("Fix the timeout");
    expect(await run(["bd", "comment", id, "seen"])).toMatchObject({ code: 0, stderr: "" });
    expect(await run(["bd", "close", id, "--reason", "done by hand"])).toMatchObject({ code: 0, stderr: "" });
    expect(fleet.issue(id)).toMatchObject({ status: "closed", comments: [{ author: "Ann", text: "seen" }] });
  });

  it("create with --cwd or -C, and files by absolute paths", async () => {
    const text = join(fleet.root, "text.md");
    writeFileSync(text, "the description");
    const created = await run(["bd", "create", "A", "--cwd", fleet.project, "--body-file", text, "--silent"]);
    expect(created).toMatchObject({ code: 0, stderr: "" });
    expect(fleet.issue(created.stdout.trim())).toMatchObject({
      description: "the description",
      metadata: { cwd: fleet.project },
    });
    const other = await run(["bd", "-C", fleet.project, "create", "B", "--silent"]);
    expect(fleet.issue(other.stdout.trim()).metadata).toMatchObject({ cwd: fleet.project });
  });
});

describe("what needs it says so in one line", () => {
  it.each(
    some<[instead: string, args: string[]]>(5, [
      ["name one: --cwd DIR", ["bd", "create", "A"]],
      ["name one: --cwd DIR", ["bd", "q", "A"]],
      ["give an absolute path", ["bd", "create", "A", "--cwd", ".."]],
      ["give an absolute path", ["bd", "create", "A", "--cwd", "/", "--body-file", "text.md"]],
      ["give an absolute path", ["bd", "-C", "..", "list"]],
      ["give an absolute path", ["bd", "--db", "../other", "list"]],
      ["give an absolute path", ["bd", "import"]],
      ["give an absolute path", ["bd", "import", "issues.jsonl"]],
      ["give an absolute path", ["bd", "export", "-o", "issues.jsonl"]],
      ["give an absolute path", ["bd", "orphans"]],
      ["give an absolute path", ["sync", "../other"]],
      ["give an absolute path", ["clone", "queue"]],
      ["give an absolute path", ["shim", "install", "bin"]],
    ]),
  )("%s: fleet %j", async (instead, args) => {
    expect(await run(args)).toEqual({ code: 1, stdout: "", stderr: deleted(instead) });
    expect(existsSync(join(fleet.project, "gone"))).toBe(false);
  });

  it("a home that is named relative to it", async () => {
    const env = { FLEET_HOME: "home" };
    expect(await run(["init"], env)).toMatchObject({ code: 1, stderr: deleted("make FLEET_HOME an absolute path") });
  });
});

// Last: a supervisor takes up what the others look at.
it("a supervisor starts from there", async () => {
  expect(await run(["pause"])).toMatchObject({ code: 0, stderr: "" });
  expect(await run(["run", "start"])).toMatchObject({ code: 0, stderr: "" });
});
