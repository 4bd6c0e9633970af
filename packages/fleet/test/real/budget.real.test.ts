/** claude tells its cost only at its end, so it is given what is left of the task's and keeps to it itself. */
import { expect } from "vitest";

import { readAttempt } from "../../src/attempts/records/record.ts";
import { close, say, WELL, work } from "./api.ts";
import { makeLab, real } from "./lab.ts";

real(["claude"], "claude stops at what is left of a task's cost; raised, it goes on in its session", async () => {
  const lab = await makeLab({ coders: ["claude"] });
  await lab.api("claude").script([work, work, ...WELL]);
  const id = await lab.task({ coder: "claude", description: "Run: `echo hi > out.txt`" });
  // Each of the scripted answers costs 0.0004.
  await lab.fleet(["bd", "update", id, "--max-cost", "0.0005"]);
  await lab.start();
  const blocked = await lab.reaches(id, "needs-you");
  expect(blocked.reason).toContain("budget");
  const [one] = await lab.attempts(id);
  expect(one).toMatchObject({ outcome: "over-budget" });
  expect(one?.cost_usd).toBeCloseTo(0.0008, 6);

  const refused = await lab.fleet(["retry", id], { ok: [1] });
  expect(refused).toBe("");
  await lab.api("claude").script([close, say("The task is done and closed.")]);
  await lab.fleet(["retry", id, "--max-cost", "0.0018"]);
  await lab.reaches(id, "closed");
  const [, two] = await lab.attempts(id);
  expect(two).toMatchObject({ outcome: "done", session: one?.session });
  expect(two?.cost_usd).toBeCloseTo(0.0008, 6);
  const args = readAttempt(two?.dir ?? "")?.args ?? [];
  expect(args).toContain("--resume");
  expect(Number(args[args.indexOf("--max-budget-usd") + 1])).toBeCloseTo(0.001, 6);
});
