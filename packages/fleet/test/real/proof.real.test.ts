/** A coder that says it is done is believed only when something shows it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "vitest";

import { makeLab, real } from "./lab.ts";

for (const coder of ["claude", "codex"] as const) {
  real([coder], `${coder} claims completion, having done nothing`, async () => {
    const lab = await makeLab({ coders: [coder], settings: { max_attempts: 2 } });
    await lab.api(coder).scenario("claim");
    const id = await lab.task({ coder, description: "Write hi" });
    await lab.start();
    const row = await lab.reaches(id, "needs-you");
    expect(row).toMatchObject({ status: "blocked", tries: 2 });
    expect(row.reason).toContain("claimed-done-unproven 2 times");

    const [one, two, ...more] = await lab.attempts(id);
    expect(more).toEqual([]);
    expect(one).toMatchObject({ outcome: "claimed-done-unproven", counts: true, exit_code: 0 });
    expect(two).toMatchObject({ outcome: "claimed-done-unproven", counts: true, session: one?.session });
    // codex counts the whole thread, claude this run: either way an attempt's tokens are its own.
    expect([one?.tokens, two?.tokens]).toEqual([120, 120]);
    const prompt = readFileSync(join(two?.dir ?? "", "prompt.md"), "utf8");
    expect(prompt).toContain(`- attempt 1: claimed-done-unproven: ${one?.reason}`);
    expect(prompt).toContain("claimed to be done without proof");
    expect(await lab.left(id)).toEqual([]);
  });
}
