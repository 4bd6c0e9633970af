/** Real coders do a task with a tool and close it with the command their prompt names. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "vitest";

import { block, say, WELL, work } from "./api.ts";
import { makeLab, real, textOf } from "./lab.ts";

const COST = { claude: true, codex: false } as const;

for (const coder of ["claude", "codex"] as const) {
  real([coder], `${coder} does a task with a tool call and closes it`, async () => {
    const lab = await makeLab({ coders: [coder] });
    await lab.api(coder).script(WELL);
    const id = await lab.task({ coder, title: "Write hi", description: "Run: `echo hi > out.txt`" });
    await lab.start();
    const row = await lab.reaches(id, "closed");

    expect(readFileSync(join(lab.project(), "out.txt"), "utf8")).toBe("hi\n");
    expect(row.reason).toBe("what you did, in one line");
    const [attempt, ...more] = await lab.attempts(id);
    expect(more).toEqual([]);
    expect(attempt).toMatchObject({ outcome: "done", counts: false, exit_code: 0 });
    expect(attempt?.tokens).toBe(360);
    expect((attempt?.cost_usd ?? 0) > 0).toBe(COST[coder]);
    expect(await lab.left(id)).toEqual([]);

    const receipt = JSON.parse(await lab.fleet(["task", id, "receipt", "--json"]));
    expect(receipt).toMatchObject({ verdict: "done", closed_from_inside: "what you did, in one line" });
    expect(receipt.tools_finished).toBe(2);

    const kinds = textOf(join(attempt?.dir ?? "", "events.jsonl"))
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).kind);
    expect(kinds).toContain("session-started");
    expect(kinds.filter((kind) => kind === "tool-finished")).toHaveLength(2);
    expect(kinds).toContain("result");
    expect(kinds).not.toContain("unrecognised");

    const log = await lab.fleet(["task", id, "log"]);
    expect(log).toContain("✓ " + (coder === "claude" ? "Bash" : "exec") + ": echo hi > out.txt");
    expect(log).toContain(`bd close ${id} --reason`);
    expect(log).toContain("The task is done and closed.");

    const history = await lab.history();
    expect(history).toContain(`claim ${id}: Write hi`);
    expect(history).toContain(`close ${id}: Write hi`);
    expect(history).toContain(`Fleet-Task: ${id}`);
    expect(history).toContain(`Fleet-Attempt: 1 ${attempt?.uuid}`);
    expect(history).toContain("Fleet-Outcome: done");
    expect(history).toMatch(/Fleet-Receipt: exit 0, 2 tools, \d+ s, 360 tokens/);
    expect(history).toMatch(new RegExp(`author ${coder}/[0-9a-f]{4}`));
  });
  real([coder], `${coder} can't go on, and asks`, async () => {
    const lab = await makeLab({ coders: [coder] });
    await lab.api(coder).script([work, block, say("I wait for an answer.")]);
    const id = await lab.task({ coder, description: "Run: `echo hi > out.txt`" });
    await lab.start();
    await lab.reaches(id, "needs-you");
    expect(await lab.outcomes(id)).toEqual(["question"]);
    expect(await lab.row(id)).toMatchObject({ status: "blocked", tries: 0, reason: "one clear question" });
    expect(await lab.left(id)).toEqual([]);
  });
}

real(["claude", "codex"], "fleet coders finds them, and what they need to be signed in", async () => {
  const lab = await makeLab({ coders: ["claude", "codex"] });
  const coders: unknown = JSON.parse(await lab.fleet(["coders", "--json"])).coders;
  expect(coders).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: "claude", kind: "found", version: "2.1.328 (Claude Code)", signed_in: "yes" }),
      expect.objectContaining({ name: "codex", kind: "found", version: "codex-cli 0.169.0", signed_in: "no" }),
      expect.objectContaining({ name: "shell", kind: "found", signed_in: "not needed" }),
    ]),
  );
});
