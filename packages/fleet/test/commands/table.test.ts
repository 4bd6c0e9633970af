/** The one table of commands, the words beside it, and the help that is made from it. Pure, or in this process. */
import { describe, expect, it } from "vitest";

import { GROUPS } from "../../src/bd/table.ts";
import { COMMANDS, nameOf } from "../../src/cli/commands/index.ts";
import { overview, page } from "../../src/cli/help.ts";
import { TOPIC_NAMES } from "../../src/cli/topics.ts";
import { everyWord, isCommand, isVerb, LIKE, meant, WORDS } from "../../src/cli/words.ts";
import { VIEW_WORDS } from "../../src/cli/task-views.ts";
import { call } from "../support/in-process.ts";

const ENV = { HOME: "/nonexistent", PATH: "/bin" };
const run = async (...args: string[]) => await call(args, { env: ENV, cwd: "/", stdin: "" });
const VERBS = GROUPS.flatMap(({ entries }) => entries.flatMap(({ name, aliases = [] }) => [name, ...aliases]));

describe("words beside the commands", () => {
  it("hide no command, and name one that there is", () => {
    for (const word of [...WORDS.keys(), ...LIKE.keys()]) expect([word, isCommand(word)]).toEqual([word, false]);
    for (const [first = ""] of WORDS.values()) expect(isCommand(first)).toBe(true);
    for (const target of LIKE.values()) expect(everyWord()).toContain(target);
  });

  it("of which is only said what they mean work nowhere else", () => {
    for (const word of LIKE.keys()) expect([word, everyWord().includes(word)]).toEqual([word, false]);
  });

  it("leave all verbs of bd at the top but these, which are fleet's own", () => {
    expect(VERBS.filter((verb) => !isVerb(verb)).sort()).toEqual(
      ["completion", "config", "help", "init", "stats", "status", "sync", "version"].sort(),
    );
  });

  it.each([
    ["stop-all", []],
    ["craete", ["create"]],
    ["ls", ["list"]],
    ["cancel", ["kill"]],
    ["agents", ["coders"]],
    ["xyzzy", []],
  ])("%s means %j", (word, expected) => {
    expect(meant(word, [])).toEqual(expected);
  });

  it.each([
    [[], ["tasks", "task"]],
    [["--all"], ["tasks", "task"]],
    [["fleet-3f1"], ["task", "tasks"]],
  ])("taks %j may be two that are as near: what fits the words behind it comes first", (words, expected) => {
    expect(meant("taks", words)).toEqual(expected);
  });
});

describe("a view of a task, without the task in front", () => {
  it.each([
    [["diff", "fleet-3f1"], "run: fleet task fleet-3f1 diff"],
    [["result", "fleet-3f1"], "run: fleet task fleet-3f1 result"],
    [["prompt", "-n", "fleet-3f1"], "run: fleet task fleet-3f1 prompt"],
    [["output"], "usage: fleet task ID log"],
  ])("%j names the line that was meant", async (args, line) => {
    expect(await run(...args)).toMatchObject({
      code: 2,
      stderr: `Error: unknown command "${args[0]}"\n  ${line}\n`,
    });
  });

  it("hides no word that works, and no other meaning", () => {
    for (const word of VIEW_WORDS.keys())
      expect([word, everyWord().includes(word), LIKE.has(word)]).toEqual([word, false, false]);
  });
});

describe("help", () => {
  it("fits 80 × 24 and names every command", () => {
    const lines = overview().trimEnd().split("\n");
    expect(lines.length).toBeLessThan(24);
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
    for (const entry of COMMANDS)
      if (entry.internal !== true) expect(overview()).toMatch(new RegExp(`\\b${nameOf(entry)}\\b`));
  });

  it("of each command has an example that begins with fleet, and fits 80 columns", async () => {
    for (const entry of COMMANDS) {
      const command = await entry.load();
      if (entry.internal === true) continue;
      expect([nameOf(entry), command.examples.length]).not.toEqual([nameOf(entry), 0]);
      for (const line of page(entry, command).split("\n"))
        if (!line.startsWith("  fleet ")) expect(line.length, line).toBeLessThanOrEqual(80);
    }
  });

  it("offers --json where it works, and it is refused where what is printed is for a program anyway", async () => {
    const without = [];
    for (const entry of COMMANDS) {
      const command = await entry.load();
      if (entry.internal === true || page(entry, command).includes("--json")) continue;
      without.push(nameOf(entry));
      expect((await run(nameOf(entry), "--json")).stdout).toContain('"error": "unknown option --json"');
    }
    expect(without).toEqual(["completion", "mcp"]);
  });

  it("of each verb of the queue fits 80 columns but for lines to copy, and says the same where there is no end of them", async () => {
    const words = (text: string): string => text.replaceAll(/\s+/g, " ");
    for (const verb of [[], ...VERBS.map((name) => [name])]) {
      const [narrow, wide] = await Promise.all([
        call(["bd", ...verb, "--help"], { env: { ...ENV, COLUMNS: "80" }, cwd: "/", stdin: "" }),
        run("bd", ...verb, "--help"),
      ]);
      expect([verb, words(narrow.stdout)]).toEqual([verb, words(wide.stdout)]);
      for (const line of narrow.stdout.split("\n"))
        if (!line.startsWith("  bd ")) expect(line.length, line).toBeLessThanOrEqual(80);
    }
  });

  it("has a text for every topic, and refuses another with what was meant", async () => {
    for (const topic of TOPIC_NAMES) expect(await run("help", topic)).toMatchObject({ code: 0, stderr: "" });
    expect((await run("help", "taks")).stderr).toBe(
      'Error: unknown command "taks"; did you mean tasks or task?\n  run: fleet tasks --help\n',
    );
  });

  it("of an alias is the help of its command", async () => {
    for (const [words, same] of [
      [
        ["stop", "--help"],
        ["run", "stop", "--help"],
      ],
      [
        ["help", "logs"],
        ["log", "--help"],
      ],
      [
        ["help", "close"],
        ["bd", "close", "--help"],
      ],
      [
        ["--help", "create"],
        ["create", "--help"],
      ],
      [
        ["-h", "run", "start"],
        ["run", "start", "--help"],
      ],
      [
        ["--help", "topics"],
        ["help", "topics"],
      ],
    ] as const)
      expect(await run(...words)).toEqual(await run(...same));
  });

  it("is what fleet alone says; -V and version tell the version", async () => {
    expect((await run()).stdout).toBe(overview());
    const [long, ...others] = await Promise.all(
      [["--version"], ["-V"], ["-v"], ["version"]].map((args) => run(...args)),
    );
    expect(long?.stdout).toMatch(/^\S+\n$/);
    for (const other of others) expect(other).toEqual(long);
  });
});
