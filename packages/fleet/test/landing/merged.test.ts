/** A merged pull request: which work the target has by it, and what it changed there. */
import { gitObjects } from "@fleet/kit/git/own-objects";
import { expect, test } from "vitest";

import { beforeOf } from "../../src/landing/before.ts";
import { begunAt } from "../../src/landing/begun.ts";
import type { InTree } from "../../src/landing/git-in-tree.ts";
import { withMerged } from "../../src/landing/merged.ts";
import type { LandingRecord } from "../../src/landing/record.ts";
import { makeGround } from "../workspaces/support.ts";

const at = "2027-01-01T00:00:00Z";
const MERGE = "5".repeat(40);
const pushed = (n: number) => ({ n, tip: "t", candidate: `c${n}`, head: `h${n}`, at });

test("a merge is of the work that was pushed, not of what was accepted and pushed since", () => {
  const record: LandingRecord = { intents: [pushed(1), pushed(2)] };
  const merged = withMerged(record, { pushed: ["c1"], commit: MERGE, at });
  expect(merged.intents.slice(2)).toEqual([{ ...pushed(3), candidate: MERGE, head: "h1", pushed: "c1" }]);
  // Somebody pushed onto it at the host.
  const onto = withMerged(record, { pushed: ["theirs", "c2"], commit: MERGE, at });
  expect(onto.intents.at(-1)).toMatchObject({ head: "h2", pushed: "c2" });
  const taken = { intents: record.intents.map((one) => ({ ...one, voided_at: at })) };
  expect(withMerged(taken, { pushed: ["c1"], commit: MERGE, at }).intents.at(-1)).not.toHaveProperty("voided_at");
});

test("a merge of what fleet did not push, or without a commit, says nothing of any work", () => {
  const record: LandingRecord = { intents: [pushed(1)] };
  expect(withMerged(record, { pushed: ["theirs"], commit: MERGE, at })).toBe(record);
  expect(withMerged(record, { pushed: ["c1"], commit: "https://host/pull/7", at })).toBe(record);
});

/** Work of two commits, pushed, and the target with a commit of somebody else's since. */
function makePulled() {
  const { git, write, repo, env } = makeGround();
  const commit = (path: string): string => {
    write(path, `${path}\n`);
    git("add", path);
    git("commit", "-qm", path);
    return git("rev-parse", "HEAD");
  };
  const tip = git("rev-parse", "main");
  git("checkout", "-q", "-b", "work");
  commit("a");
  const head = commit("b");
  git("checkout", "-q", "main");
  commit("of-others");
  const tree: InTree = {
    ask: async (args, input = "") => await gitObjects(args, { env, gitDir: `${repo}/.git` }, { input }),
  };
  const record: LandingRecord = { intents: [{ n: 1, tip, candidate: head, head, at }] };
  return { git, commit, tree, tip, head, record };
}

const FORMS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "a merge": [["merge", "-q", "--no-ff", "-m", "merged", "work"]],
  "one commit": [
    ["merge", "-q", "--squash", "work"],
    ["commit", "-qm", "squashed"],
  ],
  "each commit anew": [["cherry-pick", "work~1", "work"]],
};

test.for(Object.entries(FORMS))(
  "what others brought to the target before %s is none of its work",
  async ([, steps]) => {
    const { git, commit, tree, tip, head, record } = makePulled();
    const others = git("rev-parse", "main");
    for (const step of steps) git(...step);
    const merge = git("rev-parse", "main");
    const { intents } = withMerged(record, { pushed: [head], commit: merge, at });
    expect(await beforeOf(tree, merge, intents.at(-1))).toBe(others);
    expect(await beforeOf(tree, head, intents[0])).toBe(tip);
    // Taken back, theirs is not the task's: what is worked on next still begins at what was merged.
    git("revert", "--no-edit", others);
    expect(await begunAt(tree, { intents }, { base: tip, head: commit("next"), tip: git("rev-parse", "main") })).toBe(
      head,
    );
  },
);
