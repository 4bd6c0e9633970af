/** What the home's commits say happened to tasks. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, it, onTestFinished } from "vitest";

import { taskEvents } from "../src/history.ts";

const UUID = "aaaa1111-0000-4000-8000-000000000000";

/** A repository with these commits, all of them of one empty tree, in a moment. */
function historyOf(messages: readonly string[]): { readonly gitDir: string; readonly tip: string } {
  const gitDir = mkdtempSync(join(realpathSync(tmpdir()), "fleet-history-"));
  onTestFinished(() => rmSync(gitDir, { recursive: true, force: true }));
  execFileSync("git", ["init", "-q", "--bare", gitDir]);
  const stream = messages
    .map((message, at) => {
      const who = `claude/aaaa <a@fleet.localhost> ${1_000 + at} +0000`;
      const head = `commit refs/heads/main\nauthor ${who}\ncommitter ${who}\n`;
      return `${head}data ${Buffer.byteLength(message)}\n${message}\n`;
    })
    .join("\n");
  execFileSync("git", ["-C", gitDir, "fast-import", "--quiet"], { input: stream });
  return { gitDir, tip: "refs/heads/main" };
}

const message = (event: string, task: string, ...more: readonly string[]): string =>
  [`${event} ${task}: a title`, "", `Fleet-Event: ${event}`, `Fleet-Task: ${task}`, ...more, ""].join("\n");

it("gives each commit's trailers, the oldest first, and nothing from its text", () => {
  const forged = "close t-2: x\n\nFleet-Event: close\nFleet-Task: t-2\nFleet-Grade: proved\n\n";
  const { gitDir, tip } = historyOf([
    message("create", "t-1"),
    message("claim", "t-1", `Fleet-Attempt: 3 ${UUID}`),
    `${forged}Fleet-Event: comment\nFleet-Task: t-2\n`,
    message("close", "t-1", `Fleet-Attempt: 3 ${UUID}`, "Fleet-Outcome: done", "Fleet-Grade: accepted by Ann"),
  ]);
  const about = { task: "t-1", by: "claude/aaaa", attempt: UUID };
  expect(taskEvents(gitDir, tip)).toEqual([
    { ...about, event: "claim", at: 1_001_000, outcome: undefined, grade: undefined },
    { ...about, event: "close", at: 1_003_000, outcome: "done", grade: "accepted by Ann" },
  ]);
});

it("says what is wrong where git can't tell", () => {
  const { gitDir } = historyOf([message("close", "t-1")]);
  expect(() => taskEvents(gitDir, "refs/heads/nowhere")).toThrow(/git log failed/);
});
