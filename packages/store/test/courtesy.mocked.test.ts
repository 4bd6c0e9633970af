/** The lock that nothing depends on: who has just had it lets go first who says that they wait. */
import { mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";

import { advisoryLock } from "@fleet/kit/advisory-lock";
import { tempDir } from "./support.ts";

const world = vi.hoisted((): { clock: number; slept: number[]; meanwhile?: () => void } => ({
  clock: 1_000,
  slept: [],
}));

/** Time that passes where somebody waits, or where the test says so. */
vi.mock("../../kit/src/clock.ts", () => ({
  clock: () => world.clock,
  sleep: async (millis: number) => {
    world.slept.push(millis);
    world.clock += millis;
    world.meanwhile?.();
  },
}));

/** Has the lock `times` times, each for ten milliseconds; how often it let others go first. */
async function loop(gitDir: string, times: number, mark: () => void): Promise<number> {
  world.clock += 1_000;
  world.slept = [];
  for (let n = 0; n < times; n++) {
    mark();
    const release = await advisoryLock(join(gitDir, "fleet"));
    world.clock += 10;
    await release();
  }
  return world.slept.length;
}

test("a writer in a loop lets waiting writers go first, once a turn, and no others", async () => {
  const gitDir = tempDir();
  mkdirSync(join(gitDir, "fleet"));
  const waiting = join(gitDir, "fleet", "write.waiting");
  const someone = (millis: number) => (): void => {
    writeFileSync(waiting, "");
    utimesSync(waiting, new Date(Date.now() + millis), new Date(Date.now() + millis));
  };
  expect(await loop(gitDir, 100, () => undefined)).toBe(0);
  expect(await loop(gitDir, 9, someone(0))).toBe(0);
  expect(await loop(gitDir, 15, someone(0))).toBe(1);
  // Of one who waits no more, or whose clock was another.
  expect(await loop(gitDir, 100, someone(-1_000))).toBe(0);
  expect(await loop(gitDir, 100, someone(3_600_000))).toBe(0);
});

test("who waits says so, and that is not for itself", async () => {
  const gitDir = tempDir();
  const path = join(gitDir, "fleet", "write.lock");
  mkdirSync(path, { recursive: true });
  world.meanwhile = () => rmSync(path, { recursive: true, force: true });
  await (
    await advisoryLock(join(gitDir, "fleet"))
  )();
  const marked = statSync(join(gitDir, "fleet", "write.waiting")).mtimeMs;
  expect(Math.abs(Date.now() - marked)).toBeLessThan(5_000);
  delete world.meanwhile;
  expect(await loop(gitDir, 20, () => undefined)).toBe(0);
});

test("ignores an unreadable lock directory", async () => {
  const gitDir = tempDir();
  writeFileSync(join(gitDir, "fleet"), "a file");
  await expect(advisoryLock(join(gitDir, "fleet"))).resolves.toBeTypeOf("function");
});
