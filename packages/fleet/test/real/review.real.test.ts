/** Real coders whose work a person reviews: remarks go on in the same session, are answered there, and the work is approved and lands. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";

import { expect } from "vitest";
import * as z from "zod";

import { close, run, say, WELL } from "./api.ts";
import { makeLab, real, textOf } from "./lab.ts";

const page = z.looseObject({
  review: z.looseObject({ attempt: z.number() }).nullable(),
  remarks: z.array(
    z.looseObject({
      state: z.string(),
      open: z.boolean(),
      words: z.string(),
      replies: z.array(z.looseObject({ agents: z.boolean(), text: z.string() })),
    }),
  ),
});

/** Runs the very command that the prompt gives for answering a remark. */
const answers = run("{{begins with its mark: `([^`]+)`}}", "I answer.");

for (const coder of ["claude", "codex"] as const)
  real(
    [coder],
    `${coder} takes remarks in its session, answers them, and its work lands once it is approved`,
    async () => {
      const settings = { isolate: "clone", review: "person", land: "manual" };
      const lab = await makeLab({ coders: [coder], settings, api: ["--full", "1"] });
      await lab.api(coder).script(WELL);
      const made = "printf 'one\\ntwo\\n' > out.txt && git add out.txt && git commit -qm work";
      const id = await lab.task({ coder, description: `Run: \`${made}\`` });
      await lab.start();
      await lab.reaches(id, "needs-you");
      const looked = async () => page.parse(JSON.parse(await lab.fleet(["review", id, "--json"])));
      expect(await looked()).toMatchObject({ review: { attempt: 1 }, remarks: [] });
      await lab.fleet(["review", id, "--comment", "out.txt:2", "-m", "make it three"]);

      const again = run("printf 'one\\nthree\\n' > out.txt && git commit -qam again");
      await lab.api(coder).script([again, answers, close, say("Done again.")]);
      await lab.fleet(["review", id, "--request-changes", "-m", "nearly"]);
      const second = await lab.until("it is done again", async () => {
        const now = await looked();
        return now.review?.attempt === 2 ? now : undefined;
      });
      expect(second.remarks).toMatchObject([
        { state: "outdated", open: false, words: "make it three", replies: [{ agents: true, text: "what you did" }] },
      ]);
      const attempts = await lab.attempts(id);
      expect(attempts.map(({ session }) => session)).toEqual([attempts[0]?.session, attempts[0]?.session]);
      expect(attempts[0]?.session).toBeDefined();
      expect(textOf(join(lab.root, "api", `${coder}.log`))).toContain("make it three");

      await lab.fleet(["review", id, "--approve"]);
      await lab.fleet(["land", id]);
      expect((await lab.row(id)).state).toBe("closed");
      const project = lab.project();
      expect(execFileSync("git", ["show", "main:out.txt"], { cwd: project, encoding: "utf8" })).toBe("one\nthree\n");
    },
    120_000,
  );
