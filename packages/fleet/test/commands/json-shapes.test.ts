/** What --json prints is what docs/schema says of it: real answers, each key of them. */
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import * as z from "zod";

import { viewJson } from "../../src/app/json.ts";
import type { AskedRow } from "../../src/app/views/asked.ts";
import type { QuestionRow } from "../../src/attempts/questions/describe.ts";
import { Fleet } from "../support/fleet.ts";
import { SHAPES } from "../support/shapes.ts";

const DOCS = fileURLToPath(new URL("../../../../docs/schema", import.meta.url));

test.each(Object.keys(SHAPES))("the schema of %s is the one in docs", async (name) => {
  const schema = z.toJSONSchema(SHAPES[name] ?? z.never());
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot(`${DOCS}/${name}.json`);
});

test("docs has no schema of a removed view", () => {
  expect(readdirSync(DOCS).sort()).toEqual(
    Object.keys(SHAPES)
      .map((name) => `${name}.json`)
      .sort(),
  );
});

/** What is wrong with an answer, in zod's words. */
function faults(name: string, answer: string): string {
  const checked = (SHAPES[name] ?? z.never()).safeParse(JSON.parse(answer));
  return checked.success ? "" : `${name}: ${z.prettifyError(checked.error)}\n`;
}

test("real answers have these keys and no others", async () => {
  await using fleet = await Fleet.make();
  const git = (...args: string[]): void =>
    void execFileSync("git", ["-C", fleet.project, ...args], { env: { ...process.env, ...fleet.env } });
  git("init", "-q");
  git("commit", "-q", "--allow-empty", "-m", "start");
  const done = await fleet.task("is done", "echo new >new; git add new; git commit -qm new");
  const waits = await fleet.task("waits", "true", {
    needs: [await fleet.task("has no coder", "true", { coder: "nobody" })],
  });
  // Of what comes from elsewhere no directory is known.
  await fleet.run(["import", "-"], { stdin: JSON.stringify({ id: "tt-new", title: "from elsewhere" }) });
  await fleet.supervise();
  await fleet.settled(done, "closed");
  const asked: readonly (readonly [string, readonly string[]])[] = [
    ["tasks", ["tasks", "--all"]],
    ["top", ["top"]],
    ["notify", ["notify"]],
    ["explain", ["explain", waits]],
    ["explain", ["explain", done]],
    ["task", ["task", done]],
    ["task", ["task", waits]],
    ["explain", ["explain", "tt-new"]],
    ["compare", ["compare", done]],
    ["accounts", ["accounts"]],
    ["stats", ["stats", "--evidence"]],
    ["questions", ["questions"]],
    ["diff", ["task", done, "diff"]],
    ["init", ["init"]],
    ["status", ["status"]],
    ["coders", ["coders"]],
    ["config", ["config", "show"]],
    ["effective", ["config", "show", "--effective", done]],
    ["gc", ["gc", "--older-than", "0s"]],
    ["path", ["task", done, "path"]],
    ["result", ["task", done, "result"]],
    ["text", ["task", done, "plan"]],
    ["text", ["task", done, "stderr"]],
    ["prompt", ["task", waits, "prompt", "--preview"]],
    ["receipt", ["task", done, "receipt"]],
    ["error", ["task", "nope"]],
  ];
  let wrong = "";
  for (const [name, args] of asked) wrong += faults(name, (await fleet.run([...args, "--json"])).stdout);
  expect(JSON.parse((await fleet.run(["task", waits, "--json"])).stdout)).toMatchObject({
    task: { id: waits, title: "waits", state: "blocked" },
    requirements: { checks: [] },
    waits_for: [{ title: "has no coder", is_open: true }],
    attempts: [],
  });
  const lines = (await fleet.run(["log", "--json"])).stdout.trimEnd().split("\n");
  expect(lines.length).toBeGreaterThan(2);
  for (const line of lines) wrong += faults("log", line);
  const question: QuestionRow = {
    id: done,
    title: "t",
    n: 1,
    state: "waiting",
    question: "Which?",
    options: ["a"],
    by: "claude/1",
    coder: "claude",
    attempt: 1,
    since: new Date().toISOString(),
    until: null,
    answer: null,
    answered_by: null,
    answered_at: null,
    answer_with: "fleet answer",
  };
  const claim: AskedRow = {
    id: done,
    title: "t",
    attempt: 1,
    at: new Date().toISOString(),
    claim: "all done",
    change: "no file changed",
    missing: ["nothing changed"],
    approve_with: "fleet approve",
    reject_with: "fleet reject",
  };
  wrong += faults("questions", viewJson({ questions: [question], asked: [claim] }));
  expect(wrong).toBe("");
});

test("a task without a coder, a directory or words of its own has null for them in every view", async () => {
  await using fleet = await Fleet.make();
  await fleet.run(["config", "set", "default_coder="]);
  await fleet.run(["import", "-"], { stdin: JSON.stringify({ id: "tt-new", title: "from elsewhere" }) });
  const row = { id: "tt-new", coder: null, model: null, cwd: null, project: null };
  const views = [
    ["tasks", ["tasks", "--all"], { tasks: [row] }],
    ["explain", ["explain", "tt-new"], row],
    ["task", ["task", "tt-new"], { task: row, coder_from: "default", attempts: [] }],
    ["top", ["top"], { needs: [{ id: "tt-new", coder: null, cwd: null, project: null }] }],
  ] as const;
  let wrong = "";
  for (const [name, args, expected] of views) {
    const { stdout } = await fleet.run([...args, "--json"]);
    wrong += faults(name, stdout);
    expect(JSON.parse(stdout), name).toMatchObject(expected);
  }
  expect(wrong).toBe("");
});
