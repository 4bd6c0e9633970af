/** The home's check of pushes, with fleet gone (sh and git alone) and with fleet's own words. */
import { spawnSync } from "node:child_process";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import type { Issue } from "../src/issue.ts";
import { checkPush } from "../src/merge/check-push.ts";
import { FORMAT } from "../src/meta.ts";
import { mayPush } from "../src/merge/may-push.ts";
import { shellWord } from "@fleet/kit/shell";
import { installPushHook, rememberCommand } from "../src/push-hook.ts";
import { comment } from "../src/ops/comment.ts";
import { createHome } from "../src/create-home.ts";
import { gitDirOf } from "../src/home.ts";
import { shardOf } from "../src/shard.ts";
import type { Store } from "../src/store.ts";
import { acting, add, author, cloneOf, git, issueOf, newStore, personal } from "./support.ts";

const fileOf = (id: string): string => `issues/${shardOf(id)}.jsonl`;

interface Pushing {
  readonly store: Store;
  readonly clone: string;
  readonly file: string;
  /** The line of tt-a as it stands. */
  readonly line: string;
  readonly push: () => void;
}

/** A home with tt-a, and a clone of it. */
async function pushing(): Promise<Pushing> {
  const store = await newStore();
  await add(store, { title: "a", id: "tt-a" });
  const clone = cloneOf(store);
  const file = join(clone, fileOf("tt-a"));
  return {
    store,
    clone,
    file,
    line: readFileSync(file, "utf8"),
    push: () => {
      git(clone, "add", "-A");
      git(clone, "commit", "--quiet", "-m", "by hand");
      git(clone, "push", "--quiet");
    },
  };
}

const refused: readonly (readonly [what: string, edit: (p: Pushing) => void, why: RegExp])[] = [
  ["a line that is dropped", ({ file }) => writeFileSync(file, ""), /tt-a is gone without a tombstone/],
  [
    "a shard that is removed",
    ({ clone }) => git(clone, "rm", "--quiet", fileOf("tt-a")),
    /tt-a is gone without a tombstone/,
  ],
  [
    "marks of a conflict",
    ({ file, line }) => writeFileSync(file, `<<<<<<< HEAD\n${line}=======\n>>>>>>> theirs\n`),
    /issues\/..\.jsonl:1: this line is not an issue/,
  ],
  [
    "a line that is cut off",
    ({ file, line }) => writeFileSync(file, line.slice(0, 60)),
    /this line is not an issue[^]*tt-a is gone/,
  ],
  [
    "a newer format",
    ({ clone }) => writeFileSync(join(clone, "meta.json"), '{"format": 2, "prefix": "tt", "config": {}}\n'),
    /format 2, and this home's fleet knows formats up to 1/,
  ],
  ["no meta.json", ({ clone }) => git(clone, "rm", "--quiet", "meta.json"), /meta.json is missing/],
];

for (const [what, edit, why] of refused) {
  test(`refused with fleet gone: ${what}; the home is as it was`, async () => {
    const p = await pushing();
    rememberCommand(p.store.gitDir, ["/nowhere/node", "/nowhere/fleet.js"]);
    const tip = p.store.tip();
    edit(p);
    expect(p.push).toThrow(why);
    expect(p.push).toThrow();
    expect(p.store.tip()).toBe(tip);
  });
}

test("taken: an edit, a new issue, a tombstone, another file, a line that lacks its line end", async () => {
  const p = await pushing();
  writeFileSync(p.file, p.line.replace('"title":"a"', '"title":"b"'));
  p.push();
  appendFileSync(join(p.clone, fileOf("tt-b")), p.line.replaceAll("tt-a", "tt-b").trim());
  p.push();
  writeFileSync(p.file, readFileSync(p.file, "utf8").replace('"status":"open"', '"status":"tombstone"'));
  writeFileSync(join(p.clone, "notes.txt"), "x\n");
  p.push();
  const snapshot = p.store.snapshot();
  expect(snapshot.line("tt-a")).toMatchObject({ title: "b", status: "tombstone" });
  expect(snapshot.issue("tt-b")?.title).toBe("a");
});

test("what is in the way already does not stop the push that fixes it, or one that is about something else", async () => {
  const p = await pushing();
  writeFileSync(p.file, `garbage\n${p.line}`);
  git(p.clone, "commit", "--quiet", "-am", "bad");
  const bad = git(p.clone, "rev-parse", "HEAD").trim();
  git("/", `--git-dir=${p.store.gitDir}`, "fetch", "--quiet", p.clone, "main");
  git("/", `--git-dir=${p.store.gitDir}`, "update-ref", "refs/heads/main", bad);
  appendFileSync(join(p.clone, "notes.txt"), "x\n");
  p.push();
  writeFileSync(p.file, p.line);
  p.push();
  expect(p.store.snapshot().problems).toEqual([]);
});

test("issues that were written meanwhile are not lost to a clone that takes its own side of a conflict", async () => {
  const p = await pushing();
  const beside =
    Array.from({ length: 9_999 }, (_, n) => `tt-n${n}`).find((id) => shardOf(id) === shardOf("tt-a")) ?? "";
  await add(p.store, { title: "meanwhile", id: beside });
  const act = acting();
  await p.store.transact(act, (s) => comment(s, act, { id: "tt-a", text: "meanwhile" }));
  writeFileSync(p.file, p.line.replace('"title":"a"', '"title":"mine"'));
  git(p.clone, "commit", "--quiet", "-am", "mine");
  // No driver: git's own merge by lines, resolved as people do.
  git(p.clone, "pull", "--quiet", "--no-rebase", "-X", "ours");
  const lines = readFileSync(p.file, "utf8");
  expect(lines).not.toContain("meanwhile");
  expect(() => git(p.clone, "push", "--quiet")).toThrow(new RegExp(`${beside} is gone without a tombstone`));
});

test("fleet's own check reads every changed line", async () => {
  const p = await pushing();
  const was = git(p.clone, "rev-parse", "HEAD").trim();
  const check = (): string[] => {
    git(p.clone, "commit", "--quiet", "-am", "x");
    return checkPush(p.clone, was, "HEAD");
  };
  writeFileSync(p.file, p.line.replace("{", '{"title":3,'));
  expect(check()).toEqual([]);
  writeFileSync(p.file, `{"id":"tt-a","title":"torn \\x"}\n${p.line}${p.line}`);
  writeFileSync(join(p.clone, "memories.jsonl"), "no memory\n");
  expect(check()).toEqual([
    expect.stringMatching(/^issues\/..\.jsonl:1:\d+: /),
    expect.stringMatching(/^issues\/..\.jsonl:3: a second line for tt-a/),
    "memories.jsonl: this line is not a memory: no memory",
  ]);
  writeFileSync(p.file, p.line.replace('"id":"tt-a"', '"id":"tt-zzz"'));
  writeFileSync(join(p.clone, "meta.json"), "{}\n");
  expect(check().join("\n")).toMatch(/tt-zzz belongs in[^]*tt-a is gone without a tombstone[^]*meta.json/);
  // A prefix with which no new id could be stored.
  for (const prefix of ["../x", "a b", "-rf", "x".repeat(200)]) {
    writeFileSync(join(p.clone, "meta.json"), JSON.stringify({ format: FORMAT, prefix, config: {} }));
    expect(check().join("\n")).toMatch(/meta\.json: prefix expected a prefix of letters/);
  }
});

test("the hook is put into a home that has none, is renewed, and one of a person's own stays", async () => {
  const store = await newStore();
  const hook = join(gitDirOf(store.home), "hooks", "pre-receive");
  const ours = readFileSync(hook, "utf8");
  writeFileSync(hook, `${ours}# an older one\n`);
  await createHome(store.home, { prefix: "tt", author, seconds: 0 });
  expect(readFileSync(hook, "utf8")).toBe(ours);
  writeFileSync(hook, "#!/bin/sh\nexit 0\n");
  installPushHook(store.gitDir);
  expect(readFileSync(hook, "utf8")).toBe("#!/bin/sh\nexit 0\n");
});

test("words for sh", () => {
  expect(["/usr/bin/node", "/a b/it's"].map(shellWord)).toEqual(["/usr/bin/node", String.raw`'/a b/it'\''s'`]);
});

test("a push from inside an attempt is held to what its bd is held to", async () => {
  const p = await pushing();
  const inside = { kind: "attempt", task: "tt-a", uuid: "u" } as const;
  const said = (edit: (line: string) => string): string => {
    writeFileSync(p.file, edit(p.line));
    git(p.clone, "add", "-A");
    git(p.clone, "commit", "--quiet", "-m", "by an agent");
    const trouble = checkPush(p.clone, "HEAD~1", "HEAD", inside).join("\n");
    git(p.clone, "reset", "--quiet", "--hard", "HEAD~1");
    return trouble;
  };
  const metadata = (text: string) => (line: string) => line.replace(/\}\s*$/, `,"metadata":${text}}\n`);
  expect(said(metadata('{"cwd":"/evil"}'))).toMatch(/this attempt no longer holds tt-a/);
  expect(said(metadata('{"fleet":{"tries":0}}'))).toMatch(/tt-a: metadata.fleet is fleet's own record/);
  expect(said((line) => `${line}${line.replaceAll("tt-a", "tt-a0")}`)).not.toMatch(/guarded|own record/);
  writeFileSync(join(p.clone, "config.yaml"), "default_coder: shell\n");
  writeFileSync(join(p.clone, "meta.json"), readFileSync(join(p.clone, "meta.json"), "utf8").replace('"tt"', '"evil"'));
  git(p.clone, "add", "-A");
  git(p.clone, "commit", "--quiet", "-m", "by an agent");
  const trouble = checkPush(p.clone, "HEAD~1", "HEAD", inside).join("\n");
  expect(trouble).toMatch(/config.yaml: an attempt may not change/);
  expect(trouble).toMatch(/may not change issue_prefix/);
  expect(checkPush(p.clone, "HEAD~1", "HEAD")).toEqual([]);
});

test("a push from inside deletes as many of its task's issues as its bd may: one", async () => {
  const p = await pushing();
  const inside = { kind: "attempt", task: "tt-own", uuid: "u" } as const;
  const write = (id: string, over: object): void =>
    writeFileSync(join(p.clone, fileOf(id)), `${JSON.stringify(issueOf(id, { ...over }))}\n`);
  const commit = (): void => {
    git(p.clone, "add", "-A");
    git(p.clone, "commit", "--quiet", "-m", "x");
  };
  const metadata = { fleet: { made_by: "tt-own" } };
  const children = ["tt-c1", "tt-c2"];
  write("tt-own", { status: "in_progress", metadata: { fleet: { attempt: { n: 1, uuid: "u" } } } });
  for (const id of children) write(id, { metadata });
  commit();
  const saidOf = (ids: readonly string[]): string[] => {
    for (const id of ids) write(id, { metadata, status: "tombstone" });
    commit();
    const said = checkPush(p.clone, "HEAD~1", "HEAD", inside);
    git(p.clone, "reset", "--quiet", "--hard", "HEAD~1");
    return said;
  };
  expect(saidOf(children.slice(1))).toEqual([]);
  expect(saidOf(children)).toEqual([
    'issues: an attempt may not delete several issues at once; instead: fleet ask "May I delete several issues at once?"',
  ]);
});

test("with fleet gone, a push from inside an attempt or a check is refused: nothing could check it", async () => {
  const p = await pushing();
  rememberCommand(p.store.gitDir, ["/nowhere/node", "/nowhere/fleet.js"]);
  writeFileSync(p.file, p.line.replace('"title":"a"', '"title":"b"'));
  git(p.clone, "commit", "--quiet", "-am", "by an agent");
  const pushed = (marks: Readonly<Record<string, string>>) =>
    spawnSync("git", ["push", "--quiet"], { cwd: p.clone, env: { ...personal(), ...marks }, encoding: "utf8" });
  for (const marks of [{ FLEET_ATTEMPT_ID: "u" }, { FLEET_CHECK_ID: "u", FLEET_CHECK_HOME: p.store.home }]) {
    const { status, stderr } = pushed(marks);
    expect(status).not.toBe(0);
    expect(stderr).toContain("could not check a push from inside an attempt");
  }
  // Of a home that a check made itself it is no check.
  expect(pushed({ FLEET_CHECK_ID: "u", FLEET_CHECK_HOME: p.clone }).status).toBe(0);
});

test("a push from inside may carry what a merge in its clone has noted of when fields were edited", async () => {
  const edited = { title: "2026-01-02T00:00:00.005Z" };
  const who = { kind: "attempt", task: "tt-own", uuid: "u" } as const;
  const before = issueOf("tt-c", { metadata: { fleet: { made_by: "tt-own" } } });
  const push = (after: Issue): unknown => {
    const nothing = { meta: undefined, memories: false, settings: false, deleted: 0, mended: false };
    return mayPush({ who, own: undefined }, { issues: [{ before, after }], ...nothing })[0]?.[1];
  };
  const fleet = { made_by: "tt-own", at: edited };
  expect(push({ ...before, title: "b", metadata: { fleet } })).toEqual({ kind: "allowed" });
  expect(push({ ...before, metadata: { fleet: { ...fleet, tries: 0 } } })).toMatchObject({
    kind: "refused",
    mend: expect.stringContaining("fleet bd update tt-c"),
  });
});

test("a pushed line that is too deep or has too large a field is refused", async () => {
  const p = await pushing();
  writeFileSync(p.file, p.line.replace(/\}\s*$/, `,"notes":"${"x".repeat(1024 * 1024 + 1)}"}\n`));
  git(p.clone, "commit", "--quiet", "-am", "large");
  expect(checkPush(p.clone, "HEAD~1", "HEAD").join("")).toMatch(/tt-a: notes has 1048577 bytes/);
});
