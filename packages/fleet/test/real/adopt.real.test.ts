/** The supervisor dies; the coders do not, and its successor takes them over. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "vitest";

import { untilThere, WELL } from "./api.ts";
import { type Lab, makeLab, real, textOf } from "./lab.ts";
import { isAlive } from "../support/living.ts";

const BOTH = ["claude", "codex"] as const;

/** Both coders at work, each in a tool that waits for the file `go`. */
async function atWork() {
  const lab = await makeLab({ coders: BOTH });
  const go = join(lab.root, "go");
  const description = `Run: \`touch began; ${untilThere(go)}; echo once >> out.txt\``;
  for (const coder of BOTH) await lab.api(coder).script(WELL);
  const ids = await Promise.all(BOTH.map((coder) => lab.task({ coder, description, project: coder })));
  const supervisor = await lab.start();
  await lab.until("both are in their tools", () =>
    BOTH.every((coder) => existsSync(join(lab.root, "projects", coder, "began"))) ? true : undefined,
  );
  return { lab, ids, supervisor, go: () => writeFileSync(go, "") };
}

/** Closed after one attempt, the work done once. */
async function doneOnce(lab: Lab, ids: readonly string[]): Promise<void> {
  for (const [at, id] of ids.entries()) {
    await lab.reaches(id, "closed");
    expect(await lab.outcomes(id)).toEqual(["done"]);
    expect(readFileSync(join(lab.root, "projects", BOTH[at] ?? "", "out.txt"), "utf8")).toBe("once\n");
    expect(await lab.left(id)).toEqual([]);
  }
}

real(BOTH, "SIGKILL of the supervisor while the coders are in a tool: adopted, each task is done once", async () => {
  const { lab, ids, supervisor, go } = await atWork();
  process.kill(supervisor, "SIGKILL");
  await lab.until("the supervisor is gone", () => (isAlive(supervisor) ? undefined : true));
  expect((await lab.status()).running).toBe(false);
  for (const id of ids) expect((await lab.left(id)).length).toBeGreaterThan(0);

  expect(await lab.start()).not.toBe(supervisor);
  go();
  await doneOnce(lab, ids);
  expect(textOf(join(lab.fleetHome, "run/supervisor.log")).match(/"event":"adopt"/g)).toHaveLength(2);
});

real(BOTH, "the supervisor is dead when the coders end: its successor finds the work done", async () => {
  const { lab, ids, supervisor, go } = await atWork();
  process.kill(supervisor, "SIGKILL");
  go();
  await lab.until("both coders have ended", async () => {
    const left = await Promise.all(ids.map((id) => lab.left(id)));
    return left.flat().length === 0 ? true : undefined;
  });
  await lab.start();
  await doneOnce(lab, ids);
});
