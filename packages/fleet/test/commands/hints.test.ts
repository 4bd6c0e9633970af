/** Every command that an error, a hint or a view names is one that fleet has, with arguments that it takes. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { flagsOf } from "../../src/bd/find-verb.ts";
import { locate } from "../../src/bd/table.ts";
import { COMMON } from "../../src/cli/arguments.ts";
import { COMMANDS, nameOf } from "../../src/cli/commands/index.ts";
import { WORDS } from "../../src/cli/words.ts";

const packages = join(import.meta.dirname, "../../..");

const sources = ["kit", "store", "coders", "fleet"].flatMap((name) => {
  const src = join(packages, name, "src");
  return readdirSync(src, { recursive: true, encoding: "utf8" }).flatMap((path) =>
    path.endsWith(".ts") ? [{ path: `${name}/${path}`, text: readFileSync(join(src, path), "utf8") }] : [],
  );
});

/** Values in a template stand for one word. */
function withoutValues(text: string): string {
  let before = text;
  for (;;) {
    const next = before.replaceAll(/\$\{[^{}]*\}/g, "VALUE");
    if (next === before) return next;
    before = next;
  }
}

/** The commands in texts of the source: those that a text begins with, and those behind "run", a colon or a semicolon in it. */
function commandsIn(source: string): string[] {
  const texts = [...withoutValues(source).matchAll(/`(?:[^`\\]|\\.)*`|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g)];
  return texts.flatMap(([text]) =>
    [...text.slice(1, -1).matchAll(/(?:^|; |: |\b[Rr]un |\bor |&& |\n {2})(fleet [^\n;()]*)/g)].flatMap(
      ([, command = ""]) => command.split(/ (?:&& .*|# .*|\| .*)/)[0]?.trim() ?? [],
    ),
  );
}

/** Sentences about fleet, which are no commands. */
const SENTENCE =
  /^fleet (?:landing VALUE\\nVALUE is|needs|reads|does|knows|supervisor|VALUE|COMMAND|<fleet@|help\b|itself|stopped it|task: no|--)/;

const named = sources.flatMap(({ path, text }) =>
  commandsIn(text).flatMap((command) => (SENTENCE.test(command) ? [] : [{ path, command }])),
);

const optionsIn = (words: readonly string[]): string[] =>
  words.flatMap((word) => /^--?([a-z][a-z-]*)/.exec(word)?.[1] ?? []);

/** What is wrong with a command's verb and options; undefined where nothing is. What follows them may be a sentence. */
async function troubleOf(command: string): Promise<string | undefined> {
  const [, first = "", ...rest] = command.replaceAll(/"[^"]*"/g, "TEXT").split(/[\s,:.\\]+/);
  const isBd = first === "bd";
  const [name = "", ...words] = isBd ? rest : [first, ...rest];
  const entry = COMMANDS.find((one) => nameOf(one) === name);
  if (!isBd && entry !== undefined) {
    const { options, choices = {} } = await entry.load();
    const known = Object.entries({ ...options, ...COMMON }).flatMap(([option, { alias = "" }]) => [option, alias]);
    const action = Object.values(choices).flat();
    const isAction = action.length === 0 || words[0] === undefined || !/^[a-z]+$/.test(words[0]);
    if (!isAction && !action.includes(words[0] ?? "") && !/^(?:is|says|lists|brings|goes|again)$/.test(words[0] ?? ""))
      return `no ${words[0] ?? ""}`;
    return optionsIn(words).find((option) => !known.includes(option) && option !== "VALUE");
  }
  const verb = locate(name);
  if (verb === undefined) return /^(?:…|--help|)$/.test(name) || (!isBd && WORDS.has(name)) ? undefined : `no ${name}`;
  const { verb: found } = await verb.load();
  const sub = found.subs?.[words[0] ?? ""];
  if (sub === undefined && found.run === undefined && words[0] !== undefined) return `no ${name} ${words[0]}`;
  const flags = Object.entries(flagsOf(sub ?? found)).flatMap(([flag, { short = "" }]) => [flag, short]);
  return optionsIn(words).find((option) => !flags.includes(option));
}

test("every command that a text names exists, and so do its options", async () => {
  expect(named.length).toBeGreaterThan(300);
  const wrong: string[] = [];
  for (const { path, command } of named) {
    const trouble = await troubleOf(command);
    if (trouble !== undefined) wrong.push(`${path}: ${command}: ${trouble}`);
  }
  expect(wrong).toEqual([]);
});

test("a hint names no bd, which need not be installed", () => {
  const bare = sources.flatMap(({ path, text }) =>
    [...text.matchAll(/(?:hint|mend|fix): [^\n]*?["'`; ](bd [a-z-]+)/g)].flatMap(([line, command = ""]) =>
      line.includes(`fleet ${command}`) || command === "bd that" || command === "bd is" ? [] : [`${path}: ${line}`],
    ),
  );
  expect(bare).toEqual([]);
});

test("what settles a landing is a command that can be pasted", () => {
  const ofLandings = sources.filter(({ path }) => /landing\/|\/land\/|operations\/(?:land|pull|.*landing)/.test(path));
  const mends = ofLandings.flatMap(({ text }) =>
    [
      ...withoutValues(text)
        .replaceAll("VALUE", "x")
        .matchAll(/mend: [`"]([^`"]*)[`"]/g),
    ].map(([, mend = ""]) => mend),
  );
  expect(mends.length).toBeGreaterThan(10);
  expect(mends.filter((mend) => /\b[A-Z]{3,}\b|, |; /.test(mend.replace("kill -KILL", "kill")))).toEqual([]);
});
