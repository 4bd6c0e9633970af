/** Taking back what landed counts once the target has it, and not before. */
import { expect, test } from "vitest";

import { land } from "../../src/landing/land.ts";
import { readLanding, standing } from "../../src/landing/record.ts";
import { undo } from "../../src/landing/undo.ts";
import { endOf, killedAt, makeField } from "./support.ts";

test("an undo that did not happen leaves the work landed; one whose lander was killed after the move counts", async () => {
  const field = makeField();
  const { git, work, home, lander } = field;
  await work("t-1", { a: "1\n" });
  expect(await endOf(field, "t-1")).toBe("landed");
  const landing = await field.landing("t-1");
  const refuses = {
    ...lander.mover,
    moveTarget: async () => await Promise.resolve({ kind: "wait", why: "no" } as const),
  };
  expect(await undo({ ...lander, mover: refuses }, landing)).toMatchObject({ kind: "wait" });
  expect(standing(readLanding(home, "t-1"))).toHaveLength(1);
  expect(await endOf(field, "t-1")).toBe("was there");
  await expect(undo(killedAt(lander, "moved"), landing)).rejects.toThrow("moved");
  expect(git("log", "-1", "--format=%s", "main")).toBe('Revert "Do t-1"');
  expect(await endOf(field, "t-1")).toBe("landed");
  expect(git("show", "main:a")).toBe("1");
  expect(await undo(lander, landing)).toMatchObject({ kind: "undone", wasThere: false });
  expect(readLanding(home, "t-1")).not.toHaveProperty("landed");
  expect(await undo(lander, landing)).toMatchObject({ kind: "undone", wasThere: true });
});

test("an undo takes back what landed after an earlier one, though its lander was killed before it saw that", async () => {
  const field = makeField();
  const { git, work, lander } = field;
  await work("t-1", { a: "1\n" });
  expect(await endOf(field, "t-1")).toBe("landed");
  const landing = await field.landing("t-1");
  expect(await undo(lander, landing)).toMatchObject({ kind: "undone", wasThere: false });
  await expect(land(killedAt(lander, "moved"), landing)).rejects.toThrow("moved");
  const again = git("rev-parse", "main");
  expect(await undo(lander, landing)).toMatchObject({ kind: "undone", of: [again], wasThere: false });
  expect(git("ls-tree", "--name-only", "main")).toBe("f\npackages");
});

test("an undo of several commits names them all, and takes back all of them where the history was rewritten", async () => {
  const field = makeField();
  const { git, work, lander, write } = field;
  await work("t-1", { a: "1\n" });
  await work("t-1", { b: "1\n" });
  const history = "rebase" as const;
  expect(await field.land("t-1", { history })).toMatchObject({ kind: "landed" });
  const landing = await field.landing("t-1", { history });
  const landed = git("rev-list", "--reverse", "main~2..main").split("\n");
  git("checkout", "-q", "main");
  write("a", "2\n");
  git("commit", "-qam", "of the person");
  git("checkout", "-q", "mine");
  const revert = ["main~3..main~1".replace(/main~\d/g, (name) => git("rev-parse", name))];
  expect(await undo(lander, landing)).toMatchObject({ kind: "conflict", files: ["a"], revert });
  git("branch", "-f", "main", "main~1");
  expect(await undo(lander, landing)).toMatchObject({ kind: "undone", of: landed });
  expect(git("log", "-1", "--format=%b", "main")).toContain(`This takes back ${landed.join(", ")}.`);
  expect(git("ls-tree", "--name-only", "main")).toBe("f\npackages");
  expect(await field.land("t-1", { history })).toMatchObject({ kind: "landed" });
  // As after a rebase by the person, with a commit of their own between the two.
  const [second = "", first = ""] = git("rev-list", "-2", "main").split("\n");
  git("checkout", "-q", "-B", "main", "main~2");
  write("own", "1\n");
  git("add", "own");
  git("commit", "-qm", "before");
  git("cherry-pick", first);
  write("own", "2\n");
  git("commit", "-qam", "between");
  git("cherry-pick", second);
  git("checkout", "-q", "mine");
  expect(await undo(lander, landing)).toMatchObject({ kind: "undone", of: [expect.any(String), expect.any(String)] });
  expect(git("ls-tree", "--name-only", "main")).toBe("f\nown\npackages");
});

test("an undo of work already taken off says so, and moves nothing", async () => {
  const field = makeField();
  const { git, work, lander } = field;
  await work("t-1", { a: "1\n" });
  expect(await endOf(field, "t-1")).toBe("landed");
  const commit = git("rev-parse", "main");
  git("branch", "-f", "main", "main~1");
  expect(await undo(lander, await field.landing("t-1"))).toEqual({ kind: "taken-off", commit });
  expect(git("log", "--format=%s", "main")).toBe("two\none");
});
