/** The work of tasks on a branch of a real remote: once, whatever the server and the network answer. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import type { LandEnd, Landing } from "../../src/landing/land.ts";
import { pushMover } from "../../src/landing/push.ts";
import { readLanding } from "../../src/landing/record.ts";
import { type Field, makeField } from "./support.ts";

const bareOf = (dir: string): string => join(dir, "bare.git");

interface Pushed {
  readonly field: Field;
  readonly bare: string;
  readonly push: (change?: Partial<Landing>) => Promise<LandEnd>;
  /** Subjects of the branch there, newest first. */
  readonly there: () => string;
  readonly hook: (name: string, body: string) => void;
}

async function makePushed(): Promise<Pushed> {
  const remoteIn = (dir: string) => ({ url: bareOf(dir), name: "origin" });
  const field = makeField(({ dir }) => pushMover(remoteIn(dir), "5eed5eed"));
  const { dir, repo, git, gitIn } = field;
  const bare = bareOf(dir);
  gitIn(dir, "clone", "-q", "--bare", repo, bare);
  git("remote", "add", "origin", bare);
  await field.work("t-1", { a: "1\n" });
  return {
    field,
    bare,
    push: async (change) => await field.land("t-1", { remote: remoteIn(dir), ...change }),
    there: () => gitIn(bare, "log", "--format=%s", "main"),
    hook: (name, body) => {
      mkdirSync(join(bare, "hooks"), { recursive: true });
      writeFileSync(join(bare, "hooks", name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    },
  };
}

test("lands on the remote's branch, and leaves the person's branches where they are", async () => {
  const { field, push, there } = await makePushed();
  const { git } = field;
  const before = git("for-each-ref");
  expect(await push()).toMatchObject({ kind: "landed", wasThere: false });
  expect(there()).toBe("Do t-1\ntwo\none");
  expect(git("for-each-ref")).toBe(before);
  expect(await push()).toMatchObject({ kind: "landed", wasThere: true });
});

test("what somebody pushes while the checks run is below the work, which is checked again with that", async () => {
  const { field, bare, push, there } = await makePushed();
  const { dir, gitIn } = field;
  gitIn(dir, "clone", "-q", "-b", "main", bare, "other");
  writeFileSync(join(dir, "other/b"), "2\n");
  gitIn(join(dir, "other"), "add", "-A");
  gitIn(join(dir, "other"), "commit", "-qm", "meanwhile");
  const once = `[ -e ${dir}/done ] || { git -C ${dir}/other push -q origin main; touch ${dir}/done; }`;
  expect(await push(field.checked(`echo x >> ${dir}/runs; ${once}`))).toMatchObject({ kind: "landed" });
  expect(there()).toBe("Do t-1\nmeanwhile\ntwo\none");
});

test("a server that declines is refused with its words; once it takes the same commit, that lands", async () => {
  const { field, bare, push, there, hook } = await makePushed();
  hook("pre-receive", "echo main is protected >&2; exit 1");
  expect(await push()).toMatchObject({ kind: "refused", why: expect.stringContaining("main is protected") });
  expect(there()).toBe("two\none");
  rmSync(join(bare, "hooks/pre-receive"));
  expect(await push()).toMatchObject({ kind: "landed" });
  expect(readLanding(field.home, "t-1").intents).toHaveLength(1);
});

test("asks a server that lost the connection after accepting a push, and lands once", async () => {
  const { push, there, hook } = await makePushed();
  hook("post-receive", "kill -9 $PPID");
  expect(await push()).toMatchObject({ kind: "landed" });
  expect(there()).toBe("Do t-1\ntwo\none");
});

test("a remote that can't be reached is waited for", async () => {
  const { field, bare, push, there } = await makePushed();
  renameSync(bare, `${bare}.away`);
  expect(await push({ remote: { url: "ssh://127.0.0.1:1/r", name: "origin" } })).toMatchObject({
    kind: expect.stringMatching(/^(?:wait|refused)$/),
    why: expect.stringContaining("main of origin can't be asked for"),
  });
  renameSync(`${bare}.away`, bare);
  field.gitIn(bare, "branch", "-m", "main", "trunk");
  expect(await push()).toMatchObject({ kind: "wait", why: "origin has no branch main" });
  field.gitIn(bare, "branch", "-m", "trunk", "main");
  expect(await push()).toMatchObject({ kind: "landed" });
  expect(there()).toBe("Do t-1\ntwo\none");
});
