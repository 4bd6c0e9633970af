/** README's lines work when they are pasted one after the other, and its table names what there is. bash reads them, as for a person. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

import { parse } from "../../src/bd/args.ts";
import { flagsOf } from "../../src/bd/find-verb.ts";
import { locate } from "../../src/bd/table.ts";
import { parseArguments } from "../../src/cli/arguments.ts";
import { COMMANDS, nameOf } from "../../src/cli/commands/index.ts";
import { WORDS } from "../../src/cli/words.ts";
import { call } from "../support/in-process.ts";
import { personIn } from "../support/person.ts";

const README = readFileSync(fileURLToPath(new URL("../../../../README.md", import.meta.url)), "utf8");
const section = (title: string): string => README.split(`\n## ${title}\n`)[1]?.split("\n## ")[0] ?? "";
const block = (text: string): string[] =>
  text.split("\n").flatMap((line) => (line.startsWith("    ") ? [line.slice(4)] : []));

interface Typed {
  readonly cwd: string;
  readonly words: readonly string[];
}

/** Each call writes its words into a file of its own, and answers with the file's number between two @. */
const RECORD = `fleet() {
  local n; n=$(ls "$CALLS" | wc -l)
  printf '%s\\0' "$PWD" "$@" >"$CALLS/$(printf %03d $((n)))"
  printf '@%d@' $((n))
}
`;

/** The calls of fleet in these lines, as bash makes them. */
function typed(lines: readonly string[], root: string): Typed[] {
  const calls = mkdtempSync(join(root, "calls-"));
  const done = spawnSync("bash", ["--norc", "-euc", `${RECORD}${lines.join("\n")}`], {
    cwd: root,
    env: { PATH: process.env["PATH"], HOME: root, CALLS: calls },
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
  });
  expect(done).toMatchObject({ status: 0, stderr: "" });
  return readdirSync(calls)
    .sort()
    .map((name) => {
      const [cwd = "", ...words] = readFileSync(join(calls, name), "utf8").split("\0").slice(0, -1);
      return { cwd, words };
    });
}

function someone() {
  const root = mkdtempSync(join(realpathSync(tmpdir()), "fleet-readme-"));
  mkdirSync(join(root, "src/my-project/.git"), { recursive: true });
  writeFileSync(join(root, "src/my-project/.git/HEAD"), "ref: refs/heads/main\n");
  mkdirSync(join(root, "bin"));
  writeFileSync(join(root, "bin/claude"), "#!/bin/sh\necho 2.0.0\n", { mode: 0o755 });
  const env = { ...personIn(root), ANTHROPIC_API_KEY: "k", PATH: `${join(root, "bin")}:/usr/bin:/bin` };
  return { root, env, [Symbol.dispose]: (): void => rmSync(root, { recursive: true, force: true }) };
}

test.each([
  ["First steps", (text: string) => block(text), ["Created the home", "claude", "Add a test for it"]],
  [
    "The bash loop it replaces",
    (text: string) => block(text).flatMap((line) => /\s(fleet .*)$/.exec(line)?.[1] ?? []),
    ["default_coder = claude", "max_concurrent = 8"],
  ],
] as const)("the lines of %s work one after the other", async (title, linesOf, told) => {
  using person = someone();
  const answers: string[] = [];
  for (const { cwd, words } of typed(linesOf(section(title)), person.root)) {
    const [first = ""] = words;
    const argv = words
      .filter((word) => word !== "-f")
      .map((word) => word.replaceAll(/@(\d+)@/g, (_, n: string) => answers[Number(n)]?.trim() ?? ""));
    // What it starts would be a process of its own; that the word means it is all there is to see here.
    if ((WORDS.get(first) ?? words).join(" ") === "run start") {
      answers.push("");
      continue;
    }
    const { code, stdout, stderr } = await call(argv, { env: person.env, cwd, stdin: "" });
    expect({ argv, code, stderr }).toMatchObject({ code: 0, stderr: expect.not.stringMatching(/Error|⚠/) });
    answers.push(stdout);
  }
  for (const text of told) expect(answers.join("")).toContain(text);
});

test("every command of the table is one, with its options", async () => {
  using person = someone();
  const spans = [...section("Commands by example").matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, span = ""]) => (/^fleet [^…]*$/.test(span) ? [span] : [])),
  );
  const wrong: unknown[] = [];
  const calls = typed(
    spans.map((span) => span.replaceAll(/\[(\w+)\]/g, "$1")),
    person.root,
  );
  expect(calls.length).toBeGreaterThan(20);
  for (const { words } of calls) {
    const [name = "", ...rest] = WORDS.get(words[0] ?? "") ?? words;
    const command = name === "bd" ? undefined : COMMANDS.find((entry) => nameOf(entry) === name);
    const verb = name === "bd" ? locate(rest[0] ?? "") : locate(name);
    if (command !== undefined) {
      const parsed = parseArguments(command.usage, (await command.load()).options, rest);
      if (parsed.kind === "misuse") wrong.push([words, parsed.message]);
    } else if (verb === undefined) wrong.push([words, "no such command"]);
    else {
      const parsed = parse(name === "bd" ? rest.slice(1) : rest, flagsOf((await verb.load()).verb));
      if ("message" in parsed) wrong.push([words, parsed.message]);
    }
  }
  expect(wrong).toEqual([]);
});
