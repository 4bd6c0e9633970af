/** Stop means stop: an API that hangs, a kill by hand, and nothing of the coder lives on. */
import { expect } from "vitest";

import { close, raw, run, say } from "./api.ts";
import { type Lab, makeLab, real } from "./lab.ts";
import { isAlive, sessionOf } from "../support/living.ts";

const BOTH = ["claude", "codex"] as const;

for (const scenario of ["hang", "hang_mid"]) {
  real(BOTH, `an API that hangs (${scenario}) is a timeout`, async () => {
    const lab = await makeLab({ coders: BOTH, settings: { task_timeout: "7s", max_attempts: 1 } });
    for (const coder of BOTH) await lab.api(coder).scenario(scenario);
    const ids = await Promise.all(BOTH.map((coder) => lab.task({ coder, description: "Write hi", project: coder })));
    await lab.start();
    for (const [at, id] of ids.entries()) {
      const row = await lab.reaches(id, "needs-you");
      expect(row.reason).toContain("timed-out");
      const [attempt] = await lab.attempts(id);
      expect(attempt).toMatchObject({ outcome: "timed-out", counts: true });
      expect(lab.api(BOTH[at] ?? "claude").requests()).toBeGreaterThan(0);
      expect(await lab.left(id)).toEqual([]);
    }
  });
}

/** A tool that leaves a child of its own behind and then runs for minutes; both write down their pid. */
const FOREVER = `node -e 'setTimeout(() => {}, 300000)'`;
const LONG = `nohup ${FOREVER} >/dev/null 2>&1 & echo $! > child.pid; echo $$ > tool.pid; exec ${FOREVER}`;

async function pids(lab: Lab, project: string): Promise<readonly [number, number]> {
  return [Number(await lab.file("tool.pid", project)), Number(await lab.file("child.pid", project))];
}

real(BOTH, "fleet kill in the middle of a long tool leaves nothing alive", async () => {
  const lab = await makeLab({ coders: BOTH });
  for (const coder of BOTH) await lab.api(coder).script([run(LONG), say("never said")]);
  const ids = await Promise.all(BOTH.map((coder) => lab.task({ coder, description: "Wait", project: coder })));
  await lab.start();
  const tools = await Promise.all(BOTH.map((coder) => pids(lab, coder)));
  for (const [tool, child] of tools) {
    expect(isAlive(tool)).toBe(true);
    expect(isAlive(child)).toBe(true);
    // What makes killing the coder's process group not enough.
    expect(sessionOf(tool)).toBe(tool);
  }
  await lab.fleet(["kill", ...ids]);
  for (const pid of tools.flat()) expect(isAlive(pid)).toBe(false);
  for (const id of ids) {
    expect(await lab.left(id)).toEqual([]);
    expect(await lab.outcomes(id)).toEqual(["killed"]);
    expect(await lab.row(id)).toMatchObject({ state: "needs-you", tries: 0 });
  }
});

real(BOTH, "the supervisor is stopped in the middle of a tool; the task waits for its next start", async () => {
  const lab = await makeLab({ coders: BOTH });
  for (const coder of BOTH) await lab.api(coder).script([run(LONG), say("never said")]);
  const ids = await Promise.all(BOTH.map((coder) => lab.task({ coder, description: "Wait", project: coder })));
  await lab.start();
  const tools = await Promise.all(BOTH.map((coder) => pids(lab, coder)));
  await lab.fleet(["run", "stop"]);
  for (const pid of tools.flat()) expect(isAlive(pid)).toBe(false);
  for (const id of ids) {
    expect(await lab.left(id)).toEqual([]);
    expect(await lab.row(id)).toMatchObject({ state: "ready", tries: 0 });
  }
});

real(
  BOTH,
  "what hangs after it has closed its task is ended, and what it left running too: the task is done",
  async () => {
    const lab = await makeLab({ coders: BOTH, tuning: { finishGrace: 1_000 } });
    const leaving = run(`nohup ${FOREVER} >/dev/null 2>&1 & echo $! > child.pid`);
    for (const coder of BOTH) await lab.api(coder).script([leaving, close, raw({ hang: true })]);
    const ids = await Promise.all(BOTH.map((coder) => lab.task({ coder, description: "Wait", project: coder })));
    await lab.start();
    for (const id of ids) await lab.reaches(id, "closed");
    for (const coder of BOTH) expect(isAlive(Number(await lab.file("child.pid", coder)))).toBe(false);
    for (const id of ids) {
      expect(await lab.outcomes(id)).toEqual(["done"]);
      expect(await lab.left(id)).toEqual([]);
    }
  },
);

real(BOTH, "what a tool left running when the coder ended well is ended too", async () => {
  const lab = await makeLab({ coders: BOTH });
  const leaving = run(`nohup setsid ${FOREVER} >/dev/null 2>&1 & echo $! > child.pid`);
  for (const coder of BOTH) await lab.api(coder).script([leaving, close, say("The task is done and closed.")]);
  const ids = await Promise.all(BOTH.map((coder) => lab.task({ coder, description: "Wait", project: coder })));
  await lab.start();
  for (const id of ids) await lab.reaches(id, "closed");
  for (const coder of BOTH) expect(isAlive(Number(await lab.file("child.pid", coder)))).toBe(false);
  for (const id of ids) {
    expect(await lab.outcomes(id)).toEqual(["done"]);
    expect(await lab.left(id)).toEqual([]);
  }
});
