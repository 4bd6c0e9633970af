/** Real claudes whose work lands by itself on the branch it is for; what conflicts there goes back to the same session, as an open merge. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";

import { expect } from "vitest";

import { WELL } from "./api.ts";
import { type Lab, makeLab, real, textOf } from "./lab.ts";

const PATIENCE = 150_000;

async function landing(): Promise<{ readonly lab: Lab; readonly git: (...args: string[]) => string }> {
  const lab = await makeLab({ coders: ["claude"], settings: { isolate: "clone", land: "auto", evidence: "change" } });
  await lab.api("claude").script(WELL);
  const project = lab.project();
  const git = (...args: string[]): string => lab.git(project, ...args);
  writeFileSync(join(project, "f"), "first\n");
  git("add", "f");
  git("commit", "-qm", "first");
  return { lab, git };
}

real(
  ["claude"],
  "what a claude made in a clone is accepted, and lands on main in the person's checkout",
  async () => {
    const { lab, git } = await landing();
    const description = "Run: `echo made > made && git add made && git commit -qm 'make it' && echo left > left`";
    const flags = ["--check", "test -f made"];
    const id = await lab.task({ coder: "claude", title: "Make a file", description, flags });
    await lab.start();
    await lab.reaches(id, "closed", PATIENCE);
    expect(git("log", "--format=%s", "main").split("\n")).toEqual(["Make a file", "first", "start"]);
    expect(git("show", "--format=%(trailers:key=Fleet-Task,valueonly)", "--name-only", "main")).toMatch(
      new RegExp(`^${id}\\s+left\\s+made$`),
    );
    expect(git("status", "--porcelain")).toBe("");
    expect(await lab.outcomes(id)).toEqual(["done"]);
    expect(await lab.left(id)).toEqual([]);
  },
  PATIENCE + 60_000,
);

/** Its second attempt finds the merge open. */
const resolving = (text: string): string =>
  [
    "if [ -f .git/MERGE_HEAD ]",
    "then grep -q '<<<<<<< ' f && echo both > f && git add f && git commit -q --no-edit",
    `else echo ${text} > f && git commit -qam 'write ${text}'; fi`,
  ].join("; ");

real(
  ["claude"],
  "of two claudes that change the same line the second resolves the merge in its own session, and both land",
  async () => {
    const { lab, git } = await landing();
    const make = async (text: string): Promise<string> =>
      await lab.task({ coder: "claude", title: `Write ${text}`, description: `Run: \`${resolving(text)}\`` });
    const ids = [await make("one"), await make("two")];
    await lab.start();
    for (const id of ids) await lab.reaches(id, "closed", PATIENCE);
    expect(git("log", "--format=%s", "main").split("\n").sort()).toEqual(["Write one", "Write two", "first", "start"]);
    expect(git("show", "main:f")).toBe("both");
    const attempts = await Promise.all(ids.map(async (id) => await lab.attempts(id)));
    const again = attempts.filter(({ length }) => length === 2);
    expect(again).toHaveLength(1);
    const [before, after] = again[0] ?? [];
    expect(after?.session).toBe(before?.session);
    const prompt = textOf(join(after?.dir ?? "", "prompt.md"));
    expect(prompt).toMatch(/conflict/i);
    expect(prompt).toMatch(/Write (?:one|two) \(/);
    expect(await Promise.all(ids.map(async (id) => (await lab.row(id)).tries))).toEqual([0, 0]);
  },
  PATIENCE + 60_000,
);
