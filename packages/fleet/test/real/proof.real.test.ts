/** A coder that says it is done is believed only when something shows it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "vitest";

import { makeLab, real } from "./lab.ts";

for (const coder of ["claude", "codex"] as const) {
  real([coder], `${coder} claims completion, having done nothing`, async () => {
    const lab = await makeLab({ coders: [coder], settings: { evidence: "change" } });
    await lab.api(coder).scenario("claim");
    const id = await lab.task({ coder, description: "Write hi" });
    await lab.start();
    const row = await lab.reaches(id, "needs-you");
    expect(row).toMatchObject({ status: "in_progress", tries: 0, why: { kind: "asked" } });
    expect(row.reason).toContain("nothing changed");
    expect(row.reason).toContain(`fleet approve ${id}`);
    expect(await lab.outcomes(id)).toEqual(["asked"]);

    await lab.fleet(["reject", id, "-m", "there is no hi"]);
    await lab.until("the second attempt", async () => ((await lab.outcomes(id)).length === 2 ? true : undefined));
    await lab.reaches(id, "needs-you");
    const [one, two, ...more] = await lab.attempts(id);
    expect(more).toEqual([]);
    expect(one).toMatchObject({ outcome: "asked", counts: false, exit_code: 0 });
    expect(two).toMatchObject({ outcome: "asked", counts: false, session: one?.session });
    // codex counts the whole thread, claude this run: either way an attempt's tokens are its own.
    expect([one?.tokens, two?.tokens]).toEqual([120, 120]);
    const prompt = readFileSync(join(two?.dir ?? "", "prompt.md"), "utf8");
    expect(prompt).toContain(`- attempt 1: asked: ${one?.reason}`);
    expect(prompt).toContain("there is no hi");
    await lab.fleet(["approve", id]);
    await lab.reaches(id, "closed");
    expect(await lab.left(id)).toEqual([]);
  });
}
