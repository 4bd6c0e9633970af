/** One task, given to a real claude, a real codex and a script at once: compared side by side, and one of them lands. */
import { expect } from "vitest";
import * as z from "zod";

import { WELL } from "./api.ts";
import { makeLab, real } from "./lab.ts";

const made = z.looseObject({
  id: z.string(),
  base: z.string(),
  tasks: z.tuple([
    z.looseObject({ id: z.string() }),
    z.looseObject({ id: z.string() }),
    z.looseObject({ id: z.string() }),
  ]),
});
const compared = z.looseObject({ tasks: z.array(z.looseObject({ id: z.string(), state: z.string() })) });

/** A script for the coder `shell`; the scripted model runs what stands between the backticks, as it is for all of them. */
const SCRIPT = `# Run: \`echo "$FLEET_TASK_ID" > made && git add made && git commit -qm 'make it'\`
echo "$FLEET_TASK_ID" > made && git add made && git commit -qm 'make it'
`;

real(
  ["claude", "codex"],
  "claude, codex and a script do the same, are compared, and the one that is picked lands",
  async () => {
    const settings = { land: "manual", evidence: "change" };
    const lab = await makeLab({ coders: ["claude", "codex"], settings, api: ["--full", "1"] });
    for (const coder of ["claude", "codex"] as const) await lab.api(coder).script(WELL);
    const project = lab.project();
    const git = (...args: string[]): string => lab.git(project, ...args);
    const base = git("rev-parse", "main");
    const to = ["--with", "claude:sonnet", "--with", "codex:gpt-5.5", "--with", "shell", "--check", "test -f made"];
    const args = ["experiment", "Make a file", "-d", SCRIPT, ...to, "--json"];
    const experiment = made.parse(JSON.parse(await lab.fleet(args, { cwd: project })));
    expect(experiment.base).toBe(base);
    const [{ id: claude }, { id: codex }, { id: shell }] = experiment.tasks;
    git("commit", "-q", "--allow-empty", "-m", "meanwhile");
    await lab.start();
    const shown = async () => compared.parse(JSON.parse(await lab.fleet(["compare", experiment.id, "--json"]))).tasks;
    const rows = await lab.until("all three wait to be picked", async () => {
      const now = await shown();
      return now.every(({ state }) => state === "review") ? now : undefined;
    });
    const done = {
      outcome: "done",
      grade: "checked",
      added: 1,
      deleted: 0,
      files: ["made"],
      checks: [{ verdict: "passed" }],
    };
    expect(rows).toMatchObject([
      { ...done, id: claude, coder: "claude", model: "sonnet", tokens: expect.any(Number) },
      { ...done, id: codex, coder: "codex", model: "gpt-5.5", tokens: expect.any(Number) },
      {
        ...done,
        id: shell,
        coder: "shell",
        tokens: null,
        common: [
          { id: claude, files: ["made"] },
          { id: codex, files: ["made"] },
        ],
      },
    ]);
    expect(await lab.fleet(["compare", claude, codex, "--diff"])).toContain(`-${claude}\n+${codex}`);
    // Nothing of it has landed.
    expect(git("log", "--format=%s", "main")).toBe("meanwhile\nstart");

    await lab.fleet(["pick", codex, "-m", "the shortest"]);
    await lab.fleet(["land", codex]);
    expect(git("show", "main:made")).toBe(codex);
    expect(git("log", "--format=%s", "main").split("\n")).toEqual([
      expect.stringContaining("Make a file"),
      "meanwhile",
      "start",
    ]);
    expect(await Promise.all([claude, codex, shell].map(async (id) => (await lab.row(id)).state))).toEqual([
      "closed",
      "closed",
      "closed",
    ]);
    for (const id of [claude, shell]) expect(await lab.fleet(["task", id, "diff"])).toContain(`+${id}`);
    expect((await lab.row(experiment.id)).state).toBe("closed");
  },
  120_000,
);
