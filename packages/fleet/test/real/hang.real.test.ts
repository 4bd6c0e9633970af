/** An API that hangs is a stalled attempt, and its session continues; a long quiet tool is none. */
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";

import { expect } from "vitest";
import * as z from "zod";

import { close, raw, run, say } from "./api.ts";
import { makeLab, real } from "./lab.ts";

const BOTH = ["claude", "codex"] as const;
const tuning = { workingWithin: 2_000 };
const liveness = { quiet_after: "3s", warn_after: "6s", hung_after: "8s" };

/** A busy machine makes a coder's start long, and it is not silent meanwhile. */
const PATIENCE = 150_000;

const record = z.looseObject({ resumed: z.boolean(), session: z.string(), args: z.array(z.string()) });
const recordIn = (dir: string) => record.parse(JSON.parse(readFileSync(join(dir, "attempt.json"), "utf8")));

const WORKED = [run("echo one >one.txt"), raw({ hang: true })];
const HANGS = [
  { when: "after a tool", script: WORKED, requests: 2, last: "echo one >one.txt" },
  { when: "before its first answer", script: [raw({ hang: true })], requests: 1, last: "it never did anything" },
] as const;

for (const { when, script, requests, last } of HANGS) {
  real(
    BOTH,
    `an API that hangs ${when}: stalled, and the session is resumed`,
    async () => {
      const lab = await makeLab({ coders: BOTH, settings: { liveness }, tuning });
      for (const coder of BOTH) await lab.api(coder).script(script);
      const ids = await Promise.all(BOTH.map((coder) => lab.task({ coder, description: "Write one", project: coder })));
      await lab.start();
      for (const coder of BOTH) {
        await lab.until(`${coder} waits for an answer`, () => lab.api(coder).requests() >= requests || undefined);
        await lab.api(coder).script([run("echo two >two.txt"), close, say("The task is done and closed.")]);
      }
      for (const [at, id] of ids.entries()) {
        const coder = BOTH[at] ?? "claude";
        await lab.reaches(id, "closed", PATIENCE);
        const [one, two, ...more] = await lab.attempts(id);
        expect(more).toEqual([]);
        expect(one).toMatchObject({ outcome: "stalled", counts: true });
        expect(one?.reason).toMatch(/^nothing came from it for \d+s; /);
        expect(one?.reason).toContain(last);
        expect(two).toMatchObject({ outcome: "done", session: one?.session });
        const resumed = recordIn(two?.dir ?? "");
        expect(resumed.resumed).toBe(true);
        expect(resumed.args.join(" ")).toContain(`${coder === "claude" ? "--" : ""}resume`);
        expect(resumed.args).toContain(one?.session);
        expect(await lab.fleet(["task", id, "prompt"])).toContain("The last attempt hung and was stopped.");
        expect(await lab.left(id)).toEqual([]);
      }
    },
    PATIENCE,
  );
}

// codex continues after ten seconds of a quiet tool, and asks for its end later.
real(
  ["claude"],
  "a tool that is quiet for longer than a hang takes: said, and left alone",
  async () => {
    const lab = await makeLab({ coders: ["claude"], settings: { liveness }, tuning });
    await lab.api("claude").script([run("mkfifo gate; read -r _ <gate"), close, say("The task is done and closed.")]);
    const id = await lab.task({ coder: "claude", description: "Wait" });
    await lab.start();
    const shown = z.looseObject({ liveness: z.looseObject({ kind: z.string(), text: z.string() }) });
    const seen = await lab.until("it is warned of", async () => {
      const row = shown.safeParse(await lab.row(id));
      return row.success && row.data.liveness.text.includes("for very long") ? row.data.liveness : undefined;
    });
    expect(seen.kind).toBe("quiet");
    expect(seen.text).toContain("running mkfifo gate; read -r _ <gate (Bash) for ");
    await lab.until("a hang would have been called one", async () => {
      const [attempt] = await lab.attempts(id);
      return Date.now() - Date.parse(attempt?.started_at ?? "") > 14_000 || undefined;
    });
    // Opened for reading too, so that this does not wait where nobody reads.
    const gate = openSync(join(lab.project(), "gate"), "r+");
    writeSync(gate, "go\n");
    await lab.reaches(id, "closed", PATIENCE);
    closeSync(gate);
    expect(await lab.outcomes(id)).toEqual(["done"]);
  },
  PATIENCE,
);
