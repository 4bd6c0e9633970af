/** Honest and fabricated completions of each coder's real command line: what becomes of them. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "vitest";

import { close, type CoderName, say, work } from "./api.ts";
import { type Lab, makeLab, real } from "./lab.ts";

interface Completion {
  readonly does: string;
  readonly flags?: readonly string[];
  readonly status: "closed" | "in_progress" | "blocked";
  readonly grade?: string;
}

const COMMITS = "echo more >>a && git add a && git commit -qm 'Add more'";

/** Each is closed by its agent with the same words. */
const COMPLETIONS: Readonly<Record<string, Completion>> = {
  "a file": { does: "echo more >>a", status: "closed", grade: "changed" },
  "a commit, and a check": {
    does: COMMITS,
    flags: ["--check", "grep -q more a", "--expect", "commit"],
    status: "closed",
    grade: "checked",
  },
  "a commit that proves itself": {
    does: COMMITS,
    flags: ["--prove", "grep -q more a"],
    status: "closed",
    grade: "proved",
  },
  "only reads": { does: "cat a", flags: ["--check", "true"], status: "in_progress" },
  "an empty commit": { does: "git commit -q --allow-empty -m 'Do all of it'", status: "in_progress" },
  "a command that fails": { does: "false", status: "in_progress" },
  "a check that fails": { does: "echo more >>a", flags: ["--check", "grep -q less a"], status: "blocked" },
};

const CODERS: readonly CoderName[] = ["claude", "codex", "opencode", "gemini"];

for (const coder of CODERS) {
  real(
    [coder],
    `${coder}: no fabricated completion is believed, and no honest one refused`,
    async () => {
      // Two first starts of opencode in one home make its database at once, and one of them fails.
      const settings = { evidence: "change", max_attempts: 1, max_concurrent: coder === "opencode" ? 1 : 2 };
      const lab = await makeLab({ coders: [coder], settings });
      await lab.api(coder).script([work, close, say("All done.")]);
      const made = [];
      for (const [name, completion] of Object.entries(COMPLETIONS))
        made.push({ name, completion, id: await created(lab, coder, name, completion) });
      await lab.start();
      for (const { name, completion, id } of made) {
        // Asked and blocked alike.
        const row = await lab.reaches(id, completion.status === "closed" ? "closed" : "needs-you", 120_000);
        const receipt = JSON.parse(await lab.fleet(["task", id, "receipt", "--json"]));
        expect([name, row.status, receipt.grade]).toEqual([name, completion.status, completion.grade ?? null]);
        expect(receipt.claim?.how, name).toBe("closed");
        expect(await lab.left(id)).toEqual([]);
      }
    },
    300_000,
  );
}

async function created(lab: Lab, coder: CoderName, name: string, { does, flags = [] }: Completion): Promise<string> {
  const project = name.replaceAll(/\W+/g, "-");
  writeFileSync(join(lab.project(project), "a"), "one\n");
  return await lab.task({ coder, title: name, description: `Run: \`${does}\``, project, flags });
}
