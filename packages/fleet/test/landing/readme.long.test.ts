/** README's "Several agents in one repository", line by line. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

import { Fleet } from "../support/fleet.ts";

const README = fileURLToPath(new URL("../../../../README.md", import.meta.url));

const linesOf = (heading: string): string[] => {
  const section =
    readFileSync(README, "utf8")
      .split(/^## /m)
      .find((part) => part.startsWith(heading)) ?? "";
  return section.split("\n").flatMap((line) => (line.startsWith("    ") ? [line.trim().replace(/ {2,}#.*$/, "")] : []));
};

/** As sh would. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? "");

test("README's several agents in one repository does what it says", async () => {
  await using fleet = await Fleet.make();
  const { project, env } = fleet;
  const git = (...args: string[]): string => execFileSync("git", args, { cwd: project, env, encoding: "utf8" }).trim();
  git("init", "-q");
  git("commit", "-q", "--allow-empty", "-m", "first");
  const ids: string[] = [];
  for (const line of linesOf("Several agents in one repository")) {
    const [program, ...words] = wordsOf(line);
    const name = /test -f (\w+)/.exec(line)?.[1];
    if (program === "git") {
      for (const id of ids) await fleet.settled(id, "closed");
      expect(git(...words).split("\n")).toHaveLength(3);
    } else if (name !== undefined) {
      const made = await fleet.ok([
        ...words,
        "-d",
        `echo ${name} > ${name}; git add .; git commit -qm ${name}`,
        "--silent",
      ]);
      ids.push(made.trim());
    } else if (words[0] === "run") await fleet.supervise();
    else expect(program === "fleet" && (await fleet.ok(words)) !== "").toBe(true);
  }
  expect(ids).toHaveLength(2);
  expect(git("status", "--porcelain")).toBe("");
  expect(git("ls-files").split("\n")).toEqual(["farewell", "greeting"]);
});
