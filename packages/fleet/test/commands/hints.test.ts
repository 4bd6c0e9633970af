/** Every command that an error, a hint or a view names is one that fleet has, with arguments that it takes. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { expect, test } from "vitest";

import { flagsOf } from "../../src/bd/find-verb.ts";
import { locate } from "../../src/bd/table.ts";
import { mendLabel } from "../../src/app/mend-label.ts";
import { COMMON, parseArguments } from "../../src/cli/arguments.ts";
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

const TEXT = String.raw`(?:\`(?:[^\`\\]|\\.)*\`|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')`;
/** What fixes an error, as the source has it. */
const MENDS = new RegExp(
  String.raw`(?:new CommandError\(\s*${TEXT},\s*|\b(?:mend|hint): ?(?:[\w. !==]+\? ?)?)(${TEXT})`,
  "g",
);

const mends = sources.flatMap(({ path, text }) =>
  [...withoutValues(text).matchAll(MENDS)].flatMap(([, literal = ""]) => {
    const mend = literal
      .slice(1, -1)
      .replaceAll(/\\(["'`\\])/g, "$1")
      .replaceAll("VALUE", "7");
    return mend === "" ? [] : [{ path, mend }];
  }),
);

test.each<[label: ReturnType<typeof mendLabel>, mend: string]>([
  ["run", "fleet task fleet-1a2; fleet log"],
  ["run", "fleet clone '/tmp/a DIR here/fleet-queue'"],
  ["run", 'fleet bd update fleet-1a2 --assignee ""'],
  ["run", "git -C /src/shop log --oneline  # then look at it"],
  ["run", "EDITOR=vi fleet task fleet-1a2 open"],
  ["run", "fleet config set default_coder=claude"],
  ["usage", "fleet completion bash|zsh|fish"],
  ["usage", "fleet shim install | remove | status"],
  ["usage", "fleet kill ID"],
  ["usage", "fleet compare ID ID..."],
  ["usage", 'fleet reject fleet-1a2 -m "…"'],
  ["usage", "git branch --set-upstream-to=REMOTE/BRANCH main"],
  ["usage", "git --git-dir=/h/.git remote add origin URL; fleet sync origin"],
  ["hint", "fleet kill ID, or: fleet kill --all"],
  ["hint", "fleet run stop again stops at once"],
  ["hint", "name another home: git init --bare DIR"],
  ["hint", "fleet config set land=manual: then such tasks wait"],
])("%s: %s", (label, mend) => {
  expect(mendLabel(mend)).toBe(label);
});

test("what an error tells to run is whole: fleet takes every word of it", async () => {
  expect(mends.length).toBeGreaterThan(150);
  const wrong: string[] = [];
  for (const { path, mend } of mends.filter((one) => mendLabel(one.mend) === "run"))
    for (const command of mend.replace(/\s+# .*$/, "").split(/; | && /)) {
      const [program, name = "", ...words] = command.split(/\s+(?=(?:[^"']|"[^"]*"|'[^']*')*$)/);
      const entry = COMMANDS.find((one) => nameOf(one) === name);
      if (program !== "fleet" || name === "bd" || entry === undefined || words.includes("--7")) continue;
      const { options } = await entry.load();
      const parsed = parseArguments(
        entry.usage,
        options,
        words.map((word) => word.replaceAll(/["']/g, "")),
      );
      if (parsed.kind === "misuse") wrong.push(`${path}: ${command}: ${parsed.message}`);
    }
  expect(wrong).toEqual([]);
});

test("a path in what fixes an error is quoted for a shell", () => {
  const bare = sources.flatMap(({ path, text }) =>
    [...text.matchAll(/(?:new CommandError\([^;]*?,|\b(?:mend|hint):)[^;]*?;/gs)].flatMap(([piece]) =>
      [...piece.matchAll(/`(?:fleet (?!bd help)|git |ls|mv|rm|cd|df|chmod) ?[^`]*`/g)].flatMap(([command]) =>
        [...command.matchAll(/(?<!\()\$\{([\w.]*(?:path|dir|cwd|home|top|file|where|root|gitDir))\}/gi)].map(
          ([, hole]) => `${path}: ${command}: ${hole}`,
        ),
      ),
    ),
  );
  expect(bare).toEqual([]);
});
