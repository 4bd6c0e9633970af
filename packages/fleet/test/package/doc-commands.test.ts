/** Every command that README and the docs name exists, with its options; those that only read are run. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

import { parse } from "../../src/bd/args.ts";
import { descend, flagsOf } from "../../src/bd/find-verb.ts";
import { locate } from "../../src/bd/table.ts";
import { parseArguments } from "../../src/cli/arguments.ts";
import { COMMANDS, nameOf } from "../../src/cli/commands/index.ts";
import { WORDS } from "../../src/cli/words.ts";
import { Fleet } from "../support/fleet.ts";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
const PAGES = ["README.md", ...readdirSync(join(ROOT, "docs")).map((name) => join("docs", name))].filter((page) =>
  page.endsWith(".md"),
);

/** What stands behind the prompt in a page: inline code, and lines of blocks. */
function lines(page: string): string[] {
  const text = readFileSync(join(ROOT, page), "utf8");
  const fenced = [...text.matchAll(/^```\w*\n([^]*?)^```/gm)].flatMap(([, block = ""]) => block.split("\n"));
  const indented = [...text.matchAll(/^ {4}(.*)$/gm)].map(([, line = ""]) => line);
  const inline = [...text.matchAll(/`([^`\n]+)`/g)].map(([, span = ""]) => span);
  return [...inline, ...indented, ...fenced].map((line) => line.trim().replace(/^\$ /, ""));
}

/** The words of a command, up to what is for the shell or for the reader; undefined where something is left out of it. */
function wordsOf(line: string): string[] | undefined {
  const [command = ""] = line.replaceAll(/\\$/g, "").split(/\s+#|\s*(?:\\\||[|;>]|&&|\s<\s|,\s)|\s{4,}/);
  const words = [...command.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) =>
    word.replaceAll(/^["'[]|["'\]]$/g, ""),
  );
  return /(?:^|\s)…|\[|<|\$/.test(command) || !/^(?:fleet|bd)$/.test(words[0] ?? "") ? undefined : words;
}

const ALL = PAGES.flatMap((page) =>
  lines(page).flatMap((line) => {
    const words = wordsOf(line);
    return words === undefined ? [] : [{ page, words }];
  }),
);

/** What is wrong with it; that a page names a command without its arguments is nothing. */
async function misuse([program, ...argv]: readonly string[]): Promise<string | undefined> {
  const typed = program === "bd" ? ["bd", ...argv] : argv;
  const [first = "", ...rest] = typed;
  const [name = "", ...more] = [...(WORDS.get(first) ?? [first]), ...rest];
  // As `ps` shows the supervisor.
  if (name === "" || name === "help" || name.startsWith("-") || typed.join(" ") === "supervisor") return undefined;
  const command = COMMANDS.find((entry) => nameOf(entry) === name);
  if (command !== undefined && name !== "bd") {
    const { options, choices } = await command.load();
    const filled = more.map((word) => (word === "N" ? "1" : word));
    const parsed = parseArguments(command.usage, options, filled);
    if (parsed.kind === "misuse")
      return /^missing (?:[A-Z]|value of)/.test(parsed.message) ? undefined : parsed.message;
    if (parsed.kind === "help") return undefined;
    const wrong = Object.entries(choices ?? {}).find(([place, known]) => {
      const word = parsed.args[place];
      return typeof word === "string" && !known.includes(word);
    });
    return wrong === undefined ? undefined : `${wrong[0]} is one of ${wrong[1].join(", ")}`;
  }
  const [verb = "", ...argvOfVerb] = name === "bd" ? more : [name, ...more];
  if (verb === "" || verb.startsWith("-")) return undefined;
  const entry = locate(verb);
  if (entry === undefined) return "no such command";
  const found = descend({ path: verb, aliases: [], verb: (await entry.load()).verb, argv: argvOfVerb });
  if ("unknown" in found) return `no ${found.unknown}`;
  const parsed = parse(found.argv, flagsOf(found.verb));
  return "message" in parsed && !parsed.message.startsWith("flag needs an argument") ? parsed.message : undefined;
}

test("every command in README and docs is one, with its options", async () => {
  expect(ALL.length).toBeGreaterThan(300);
  const wrong: unknown[] = [];
  for (const { page, words } of ALL) {
    const told = await misuse(words);
    if (told !== undefined) wrong.push([page, words.join(" "), told]);
  }
  expect(wrong).toEqual([]);
});

/** They read the home and end on their own. */
const READS =
  /^(?:tasks|task|explain|accounts|questions|log|config (?:show|get|path)|compare|help|ready|show|list|doctor|blocked|history|stats|memories|count|graph|bd .*--help|.* --help)\b/;
/** Those of them that follow, watch, or ask for what only an attempt leaves behind. */
const NOT_HERE = /\s(?:-f|-w)\b|^log\b|^task \S+ (?!attempts|path|prompt --preview)\w|--fix|--diff|KEY/;

let fleet: Fleet;
beforeAll(async () => {
  fleet = await Fleet.make();
});
afterAll(async () => await fleet[Symbol.asyncDispose]());

test("those that only read are run, and answer", async () => {
  const id = await fleet.task("one", "echo one");
  const other = await fleet.task("two", "echo two");
  const asked = new Set(
    ALL.map(({ words: [program, ...argv] }) => {
      const typed = (program === "bd" ? argv : argv[0] === "bd" ? argv.slice(1) : argv).join(" ");
      return typed.replaceAll(/fleet-0a5/g, other).replaceAll(/fleet-[0-9a-z]{2,3}\b|\b(?:ID|OLD|EPIC)\b/g, id);
    }).filter((line) => READS.test(line) && !NOT_HERE.test(line)),
  );
  const wrong: unknown[] = [];
  for (const line of asked) {
    const words = line.split(" ");
    // `fleet task` alone is how a page calls the command.
    if (/^(?:task|explain|show|history|compare|config get)$/.test(line)) continue;
    const { code, stdout, stderr } = await fleet.run(words);
    if (code !== 0 || stdout + stderr === "") wrong.push([line, code, stderr]);
  }
  expect(asked.size).toBeGreaterThan(15);
  expect(wrong).toEqual([]);
});
