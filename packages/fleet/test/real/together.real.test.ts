/** Several real coders side by side, and prompts that are longer than an argument may be. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "vitest";

import { untilThere, WELL } from "./api.ts";
import { makeLab, real } from "./lab.ts";

real(["claude", "codex"], "three tasks run at once, in two directories", async () => {
  const lab = await makeLab({ coders: ["claude", "codex"] });
  await lab.api("claude").script(WELL);
  await lab.api("codex").script(WELL);
  const go = join(lab.root, "go");
  const work = (name: string): string => `Run: \`touch ${name}; ${untilThere(go)}; echo done > ${name}\``;
  const ids = [
    await lab.task({ coder: "claude", description: work("a"), project: "one" }),
    await lab.task({ coder: "codex", description: work("b"), project: "one" }),
    await lab.task({ coder: "claude", description: work("c"), project: "two" }),
  ];
  await lab.start();
  // Each waits in its tool for a file that comes when all three wait: they run at the same time, or never end.
  const shown = await lab.until("all three are in their tools", async () => {
    const rows = await Promise.all(ids.map((id) => lab.row(id)));
    return rows.every(({ state, last_action }) => state === "running" && /touch [abc]/.test(last_action ?? ""))
      ? rows
      : undefined;
  });
  expect(shown.map((row) => [row["coder"], row["project"]])).toEqual([
    ["claude", "one"],
    ["codex", "one"],
    ["claude", "two"],
  ]);
  writeFileSync(go, "");
  for (const id of ids) {
    await lab.reaches(id, "closed");
    expect(await lab.outcomes(id)).toEqual(["done"]);
    expect(await lab.left(id)).toEqual([]);
  }
  const made = ["one/a", "one/b", "two/c"].map((name) => readFileSync(join(lab.root, "projects", name), "utf8"));
  expect(made).toEqual(["done\n", "done\n", "done\n"]);
});

real(["claude", "codex"], "a prompt of 400 kB arrives whole", async () => {
  const lab = await makeLab({ coders: ["claude", "codex"] });
  const filler = "All work and no play makes a long prompt. ".repeat(10_000);
  for (const coder of ["claude", "codex"] as const) await lab.api(coder).script(WELL);
  // What to run stands at its very end, which the scripted API reads out of the request.
  const ids = await Promise.all(
    (["claude", "codex"] as const).map((coder) =>
      lab.task({ coder, description: `${filler}\nRun: \`echo ${coder} >> out.txt\``, project: coder }),
    ),
  );
  await lab.start();
  for (const id of ids) {
    await lab.reaches(id, "closed");
    expect(await lab.outcomes(id)).toEqual(["done"]);
    expect((await lab.fleet(["task", id, "prompt"])).length).toBeGreaterThan(400_000);
  }
  expect(readFileSync(join(lab.root, "projects/claude/out.txt"), "utf8")).toBe("claude\n");
  expect(readFileSync(join(lab.root, "projects/codex/out.txt"), "utf8")).toBe("codex\n");
});
