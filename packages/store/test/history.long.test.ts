/** The history of ten thousand closed tasks is read in a few seconds. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, it, onTestFinished } from "vitest";

import { taskEvents } from "../src/history.ts";

const TASKS = 10_000;
const EVENTS = ["create", "claim", "complete", "close", "comment"];

it("reads what happened to 10 000 closed tasks within seconds", () => {
  const gitDir = mkdtempSync(join(realpathSync(tmpdir()), "fleet-history-"));
  onTestFinished(() => rmSync(gitDir, { recursive: true, force: true }));
  execFileSync("git", ["init", "-q", "--bare", gitDir]);
  const commits = Array.from({ length: TASKS }, (_, task) =>
    EVENTS.map((event, at) => {
      const who = `claude/aaaa <a@fleet.localhost> ${task * EVENTS.length + at} +0000`;
      const trailers = `Fleet-Event: ${event}\nFleet-Task: t-${task}\nFleet-Attempt: 1 aaaa${task}\nFleet-Grade: checked\n`;
      const text = `${event} t-${task}: a title\n\n${"What was done, in a few words. ".repeat(5)}\n\n${trailers}`;
      return `commit refs/heads/main\nauthor ${who}\ncommitter ${who}\ndata ${Buffer.byteLength(text)}\n${text}\n`;
    }).join("\n"),
  );
  execFileSync("git", ["-C", gitDir, "fast-import", "--quiet"], { input: commits.join("\n") });
  const begun = performance.now();
  const events = taskEvents(gitDir, "refs/heads/main");
  const took = performance.now() - begun;
  expect(events).toHaveLength(2 * TASKS);
  expect(took).toBeLessThan(10_000);
}, 120_000);
