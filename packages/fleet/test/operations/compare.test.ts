/** Attempts side by side, and the line that resumes a coder's session by hand. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { registry } from "@fleet/coders/registry";

import { resumeLine } from "../../src/app/views/compare.ts";
import { FILES } from "../../src/attempts/records/files.ts";
import { Fleet } from "../support/fleet.ts";

it("fleet compare: the attempts of several tasks, with outcome, time, changed lines and checks", async () => {
  await using fleet = await Fleet.make({ max_attempts: "2" });
  const git = (...args: string[]): string =>
    execFileSync("git", ["-C", fleet.project, ...args], {
      encoding: "utf8",
      env: { ...process.env, ...fleet.env },
    }).trim();
  git("init", "-q");
  git("commit", "-q", "--allow-empty", "-m", "start");
  fleet.write("before", "stood there");
  const script = [
    "printf 'a\\nb\\n' >new; git add new; git commit -q -m two",
    "mkdir -p 'a dir'; echo draft >'a dir/draft'; head -c 2000000 /dev/zero >big",
  ];
  const good = await fleet.task("works", script.join("\n"));
  const bad = await fleet.task("fails", "exit 3", { needs: [good] });
  await fleet.supervise();
  await fleet.settled(good, "closed");
  await fleet.settled(bad, "blocked");
  const checks = [{ command: "npm test", verdict: "passed", ms: 1, runs: 1, tail: "" }];
  writeFileSync(
    join(fleet.dir(good), FILES.receipt),
    JSON.stringify({
      tools_finished: 0,
      reports_tools: false,
      verdict: "done",
      commits: [{ hash: git("rev-parse", "HEAD"), subject: "two" }],
      checks,
    }),
  );
  const rows: unknown = JSON.parse(await fleet.ok(["compare", good, bad, "--json"])).attempts;
  expect(rows).toMatchObject([
    {
      task: good,
      attempt: 1,
      coder: "shell",
      outcome: "done",
      reason: "exit 0",
      added: 2,
      deleted: 0,
      files: 1,
      checks: [{ command: "npm test", verdict: "passed" }],
    },
    { task: bad, attempt: 1, outcome: "failed" },
    { task: bad, attempt: 2, outcome: "failed" },
  ]);
  const text = await fleet.ok(["compare", good, bad]);
  expect(text).toMatch(new RegExp(`${good} #1 +shell +done +\\d+s +\\+2 -0 +1 +1/1 +exit 0`));
  expect(await fleet.ok(["task", good, "attempts"])).toMatch(/LINES +CHECKS[\s\S]*\+2 -0 +1\/1/);
  expect(await fleet.ok(["compare", good])).not.toContain(bad);
  // New files are what agents make; those that stood there before are nobody's change.
  const seen = await fleet.run(["task", good, "diff"]);
  expect(seen.stdout).toMatch(/diff --git "?a\/a dir\/draft"? [^]*\n\+draft\n/);
  expect(seen.stdout).toMatch(/\n\+\+\+ b\/new\n@@ -0,0 \+1,2 @@\n\+a\n\+b\n/);
  expect(seen.stdout).not.toMatch(/before|big/);
  expect(seen.stderr).toBe("(new, and too large or too many to be shown: big)\n");
  expect(git("status", "--porcelain")).toBe('?? "a dir/"\n?? before\n?? big');
  expect((await fleet.run(["compare", "nope"])).code).not.toBe(0);
});

it("the line that resumes a session by hand: from the coder's capabilities, never from its name", () => {
  const coders = registry({});
  const line = (name: string): string | undefined => resumeLine(coders.get(name), "/my project", "5e55");
  expect(line("claude")).toBe("cd '/my project' && claude --resume 5e55");
  expect(line("codex")).toBe("cd '/my project' && codex resume 5e55");
  expect(line("shell")).toBeUndefined();
  expect(resumeLine(coders.get("claude"), "/p", undefined)).toBeUndefined();
});
