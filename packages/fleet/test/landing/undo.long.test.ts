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
  expect(await undo(lander, landing)).toMatchObject({ kind: "undone", of: again, wasThere: false });
  expect(git("ls-tree", "--name-only", "main")).toBe("f\npackages");
});
