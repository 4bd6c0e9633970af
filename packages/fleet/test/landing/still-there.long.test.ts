/** Whether what landed is on its target still: looked at where the target is another than it was, and told where it is not. */
import { expect, test } from "vitest";

import { seenOff, takenOffNow } from "../../src/landing/still-there.ts";
import { endOf, makeField } from "./support.ts";

const failsNever = (why: Error): never => {
  throw why;
};

test("reports work taken off its target until it is there again, under any name", async () => {
  const field = makeField();
  const { git, work, home, env, write, repo } = field;
  const now = async () => (await takenOffNow({ home, env }, failsNever)).map(({ task }) => task);
  for (const task of ["t-1", "t-2"]) {
    await work(task, { [task]: "1\n" });
    expect(await endOf(field, task)).toBe("landed");
  }
  const both = git("rev-parse", "main");
  git("checkout", "-q", "main");
  write("own", "1\n");
  git("add", "own");
  git("commit", "-qm", "of the person");
  expect(await now()).toEqual([]);
  git("reset", "-q", "--hard", `${both}~1`);
  expect(await takenOffNow({ home, env }, failsNever)).toEqual([
    { task: "t-2", commit: both, target: "main", repository: repo },
  ]);
  git("cherry-pick", both);
  expect(await now()).toEqual([]);
  git("reset", "-q", "--hard", `${both}~2`);
  expect(await now()).toEqual(["t-1", "t-2"]);
  // The same files by a commit that names nothing.
  write("t-1", "1\n");
  git("add", "t-1");
  git("commit", "-qm", "by hand");
  git("pack-refs", "--all");
  expect(await now()).toEqual(["t-2"]);
  expect(seenOff(home)).toHaveLength(1);
  git("reset", "-q", "--hard", both);
  expect(await now()).toEqual([]);
});

test("a branch that is gone says nothing; work of a remote's branch is not looked for here", async () => {
  const field = makeField();
  const { git, work, home, env, lander } = field;
  await work("t-1", { a: "1\n" });
  await work("t-2", { b: "1\n" });
  expect(await endOf(field, "t-1")).toBe("landed");
  const landed = git("rev-parse", "main");
  expect(await field.land("t-2", { remote: { url: "elsewhere" } })).toMatchObject({ kind: "landed" });
  git("update-ref", "-d", "refs/heads/main");
  expect(await takenOffNow({ home, env }, failsNever)).toEqual([]);
  git("branch", "main", `${landed}~1`);
  expect((await takenOffNow({ home, env }, failsNever)).map(({ task }) => task)).toEqual(["t-1"]);
  expect(await endOf({ ...field, lander }, "t-1")).toBe("taken-off");
});
