/** Patterns that can mean nothing of the task are refused where they are given. */
import { expect, test } from "vitest";

import { initialized } from "./world.ts";

test.each([
  ["--allow", "/elsewhere/src/**"],
  ["--deny", "~/secrets"],
  ["--check-paths", "/elsewhere"],
  ["--expect", "path:/elsewhere/a"],
])("%s %s is refused by create and update", async (flag, pattern) => {
  using world = await initialized();
  const words = `${flag}: ${pattern.replace("path:", "")} is not in the task's directory (${world.dir})`;
  expect(await world.bd(["create", "A", flag, pattern])).toMatchObject({
    exit: 1,
    stderr: expect.stringContaining(words),
  });
  await world.bd(["create", "B", "--id", "tt-b"]);
  expect(await world.bd(["update", "tt-b", flag, pattern])).toMatchObject({
    exit: 1,
    stderr: expect.stringContaining(words),
  });
});

test("an absolute one in the task's directory is taken, until the task moves away from it", async () => {
  using world = await initialized();
  expect(await world.bd(["create", "A", "--id", "tt-a", "--allow", `${world.dir}/src/**`])).toMatchObject({ exit: 0 });
  expect(await world.bd(["update", "tt-a", "--cwd", "/"])).toMatchObject({ exit: 0 });
  expect(await world.bd(["update", "tt-a", "--cwd", "/usr"])).toMatchObject({
    exit: 1,
    stderr: expect.stringContaining("is not in the task's directory (/usr)"),
  });
});

test("--protect takes no pattern", async () => {
  using world = await initialized();
  expect(await world.bd(["create", "A", "--protect", "src/*"])).toMatchObject({
    exit: 1,
    stderr: expect.stringContaining("--protect: src/* is a pattern"),
  });
});
