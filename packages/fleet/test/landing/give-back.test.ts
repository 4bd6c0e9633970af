/** What could not land is given back with the merge of its target open, wherever that target is. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { giveBack } from "../../src/engine/shell/land/give-back.ts";
import { type Back, readLanding, writeLanding } from "../../src/landing/record.ts";
import { makeField } from "./support.ts";

test("a conflict with a remote's branch is opened as the remote has it, not as the local branch of that name", async () => {
  const field = makeField();
  const { home, env, git, gitIn, repo } = field;
  const record = await field.work("t-1", { f: "of the task\n" });
  git("checkout", "-q", "--detach", "main");
  writeFileSync(join(repo, "f"), "of the remote\n");
  git("add", "f");
  git("commit", "-qm", "pushed by somebody");
  const tip = git("rev-parse", "HEAD");
  git("checkout", "-q", "mine");
  const back: Back = {
    kind: "conflict",
    reason: "conflicts with main in f",
    at: "2027-01-01T00:00:00Z",
    target: "main",
    remote: "origin",
    tip,
    files: ["f"],
    theirs: [],
  };
  writeLanding(home, "t-1", { intents: [], back });
  const told: string[] = [];
  const journal = { write: (_kind: string, text: string) => void told.push(text) };
  await giveBack({ home, env, clock: { wall: field.making.now }, journal }, { id: "t-1" }, record);
  expect(told).toEqual(["the merge of main is open in its workspace; it conflicts in f"]);
  expect(gitIn(record.dir, "rev-parse", "MERGE_HEAD")).toBe(tip);
  expect(readLanding(home, "t-1").back).toMatchObject({ tip, remote: "origin" });
});
