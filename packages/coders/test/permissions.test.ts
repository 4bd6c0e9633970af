/** What a coder's agents may do is a person's to say: their flag stands in place of the one that allows everything. */
import { expect, test } from "vitest";

import { registry } from "../src/registry.ts";
import { request } from "./recordings.ts";

test.each<[coder: string, own: string[], fleets: string]>([
  ["claude", ["--permission-mode", "acceptEdits"], "--dangerously-skip-permissions"],
  ["claude", ["--permission-mode=plan"], "--dangerously-skip-permissions"],
  ["codex", ["--sandbox", "workspace-write"], "--dangerously-bypass-approvals-and-sandbox"],
  ["codex", ["-c", "sandbox_mode=read-only"], "--dangerously-bypass-approvals-and-sandbox"],
  ["codex", ["--full-auto"], "--dangerously-bypass-approvals-and-sandbox"],
  ["gemini", ["--approval-mode", "auto_edit"], "--yolo"],
  ["agy", ["--sandbox"], "--dangerously-skip-permissions"],
])("%s with %j is started without %s", (name, own, fleets) => {
  const words = (args: readonly string[]): readonly string[] => {
    const coder = registry({ [name]: { args: [...args], wrap: [] } }).get(name);
    return [request({}), request({ resume: "s" })].flatMap((one) => coder?.command(one).args ?? []);
  };
  expect(words([])).toContain(fleets);
  expect(words(["--other"])).toContain(fleets);
  expect(words(own)).not.toContain(fleets);
  expect(words(own).join(" ")).toContain(own.join(" "));
});

test("codex takes a person's flags before resume, which knows fewer", () => {
  const coder = registry({ codex: { args: ["--sandbox", "read-only"], wrap: [] } }).get("codex");
  expect(coder?.command(request({ resume: "s" })).args.slice(0, 4)).toEqual([
    "exec",
    "--sandbox",
    "read-only",
    "resume",
  ]);
});
