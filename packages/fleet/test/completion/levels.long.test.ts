/** What a completion script is made from: the tables of commands and verbs, and what only the home knows. */
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { Store } from "@fleet/store/store";
import { statusNames, typeNames } from "@fleet/store/status";

import { GROUPS } from "../../src/bd/table.ts";
import type { Flag, Verb } from "../../src/bd/verb.ts";
import { runFleet } from "../../src/cli/cli.ts";
import { COMMANDS, nameOf } from "../../src/cli/commands/index.ts";
import { levels } from "../../src/cli/completion/levels.ts";
import { completionScript } from "../../src/cli/completion/script.ts";
import { SHELLS } from "../../src/cli/completion/shells.ts";
import { slotsOf } from "../../src/cli/completion/slots.ts";
import { offerValues } from "../../src/cli/completion/values.ts";
import { errorText } from "../../src/app/error-text.ts";
import type { Io } from "../../src/app/io.ts";
import { runs } from "../../../kit/test/runs.ts";
import { initialized, makeWorld, type World } from "../bd/world.ts";

/** All that there is to know of each command. */
const LOADED = await Promise.all(COMMANDS.map(async (entry) => ({ ...entry, ...(await entry.load()) })));

describe("slotsOf", () => {
  test.each([
    ["run <action>", [["action", "none", false]]],
    [
      "task <id> [view]",
      [
        ["id", "task", false],
        ["view", "none", false],
      ],
    ],
    ["retry [id..]", [["id", "task", true]]],
    ["delete <issue-id> [issue-id...]", [["issue-id", "task", true]]],
    ["done <id> [<id>...]", [["id", "task", true]]],
    [
      "link <id1> <id2>",
      [
        ["id1", "task", false],
        ["id2", "task", false],
      ],
    ],
    [
      "rename <old-id> <new-id>",
      [
        ["old-id", "task", false],
        ["new-id", "none", false],
      ],
    ],
    ["duplicate <id> --of <canonical>", [["id", "task", false]]],
    ["import [file|directory|-]", [["file|directory|-", "file", false]]],
    ["pause [account]", [["account", "account", false]]],
    ["resume [held]", [["held", "held", false]]],
    ["blocked", []],
  ] as const)("%s", (usage, slots) => {
    expect(slotsOf(usage).map(({ name, kind, repeats }) => [name, kind, repeats])).toEqual(slots);
  });

  test("a place for each that is written, in their order", () => {
    const name = fc.stringMatching(/^[a-z]{2,8}$/);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(name, fc.boolean(), fc.boolean()), { selector: ([word]) => word }),
        (places) => {
          const written = places.map(([word, isOptional, repeats]) => {
            const inside = `${word}${repeats ? ".." : ""}`;
            return isOptional ? `[${inside}]` : `<${inside}>`;
          });
          expect(slotsOf(["verb", ...written].join(" ")).map((slot) => [slot.name, slot.repeats])).toEqual(
            places.map(([word, , repeats]) => [word, repeats]),
          );
        },
      ),
    );
  });
});

describe("levels", () => {
  test("every command and verb that people read of has one, with every option; no other", async () => {
    const all = await levels();
    const at = (path: string) => all.filter((level) => level.path === path);
    const offered = at("")[0]?.words.map(({ name }) => name) ?? [];
    for (const entry of COMMANDS) {
      const isShown = entry.internal !== true;
      const name = nameOf(entry);
      expect({ name, offered: offered.includes(name), levels: at(name).length }).toEqual({
        name,
        offered: isShown,
        levels: isShown ? 1 : 0,
      });
      const dashed = at(name)[0]?.options.flatMap((option) => option.dashed) ?? [];
      const { options } = await entry.load();
      if (isShown) for (const option of Object.keys(options)) expect(dashed).toContain(`--${option}`);
    }
    for (const { name, aliases = [], hidden, load } of GROUPS.flatMap(({ entries }) => entries)) {
      const { verb } = await load();
      for (const word of [name, ...aliases]) {
        expect({ word, levels: at(`bd ${word}`).length }).toEqual({ word, levels: hidden === true ? 0 : 1 });
        const words = at(`bd ${word}`)[0]?.words.map((one) => one.name) ?? [];
        if (hidden !== true) expect(words).toEqual(expect.arrayContaining(Object.keys(verb.subs ?? {})));
      }
    }
  });

  test("what a command says of its positionals is about positionals it has, and the help names all that one is chosen from", () => {
    for (const { usage, summary, choices = {}, alone = [] } of LOADED) {
      for (const choice of Object.values(choices).flat()) expect(summary).toContain(choice);
      expect(slotsOf(usage).map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(choices)));
      expect(Object.values(choices).flat()).toEqual(expect.arrayContaining([...alone]));
    }
  });

  test("no word of a closed set contains a separator of scripts; none is offered twice", async () => {
    for (const { path, options } of await levels())
      for (const { dashed, value } of options) {
        const at = `${path} ${dashed[0] ?? ""}`;
        for (const word of value?.words ?? []) expect(word, at).toMatch(/^[a-z0-9_-]+$/);
        expect(new Set(value?.words).size, at).toBe(value?.words.length ?? 0);
      }
  });

  test.each(SHELLS)("all of it is in the script for %s", async (shell) => {
    const script = await completionScript(shell);
    const all = (await levels()).flatMap(({ path, words, options }) => [
      `'${path}'`,
      ...words.map(({ name }) => name),
      ...options.flatMap(({ dashed }) => dashed),
    ]);
    expect(all.filter((one) => !script.includes(one))).toEqual([]);
  });
});

interface Said {
  readonly exit: number;
  readonly out: string[];
  readonly err: string;
}

async function ran(world: World, run: (io: Io) => Promise<number>): Promise<Said> {
  let [out, err] = ["", ""];
  const io: Io = {
    cwd: world.dir,
    env: { HOME: world.home, FLEET_HOME: world.fleetHome },
    out: (text) => void (out += text),
    exact: (text) => void (out += text),
    err: (text) => void (err += text),
    stdin: async () => Buffer.alloc(0),
    isTerminal: { stdin: false, stdout: false, stderr: false },
    now: () => Date.now(),
    interrupted: new AbortController().signal,
  };
  const exit = await run(io);
  return { exit, out: out.split("\n").filter((line) => line !== ""), err };
}

describe("choices", () => {
  const chosen = LOADED.flatMap(({ usage, choices = {} }) =>
    Object.entries(choices).map(([place, words]) => [usage, place, words] as const),
  );

  test("a place for an action, a view or a shell names them", () => {
    for (const { usage, choices = {} } of LOADED)
      for (const { name } of slotsOf(usage))
        if (["action", "view", "shell"].includes(name)) expect(Object.keys(choices)).toContain(name);
  });

  test.each(LOADED.flatMap(({ usage, values = {} }) => Object.entries(values).map((one) => [usage, ...one] as const)))(
    "%s: what is offered behind --%s is what the command names when it refuses another",
    async (usage, option, words) => {
      using world = await initialized();
      const argv = [usage.split(" ")[0] ?? "", `--${option}`, "bogus"];
      const refusal = await ran(world, async (io) => await runFleet(argv, io)).then(
        () => "nothing",
        (error: unknown) => errorText(error, {}).text,
      );
      for (const word of words) expect(refusal).toMatch(new RegExp(`\\b${word}\\b`));
      const level = (await levels()).find(({ path }) => path === argv[0]);
      expect(level?.options.find(({ dashed }) => dashed.includes(`--${option}`))?.value?.words).toEqual(words);
    },
  );

  test.each(chosen)(
    "%s: what is offered for %s is what the command names when it refuses another",
    async (usage, place, words) => {
      using world = await initialized();
      await world.bd(["create", "x", "--id", "tt-a1"]);
      const [name = ""] = usage.split(" ");
      const before = slotsOf(usage).findIndex((slot) => slot.name === place) === 1 ? ["tt-a1"] : [];
      const argv = [name, ...before, "bogus"];
      const refusal = await ran(world, async (io) => await runFleet(argv, io)).then(
        () => "nothing",
        (error: unknown) => errorText(error, {}).text,
      );
      for (const word of words) expect(refusal).toMatch(new RegExp(`\\b${word}\\b`));
    },
  );
});

describe("closed sets of bd's options", () => {
  /** Every verb with an option whose values are known, as it is called. */
  async function known(): Promise<{ path: readonly string[]; verb: Verb; name: string; flag: Flag }[]> {
    const verbs = (path: readonly string[], verb: Verb): { path: readonly string[]; verb: Verb }[] => [
      { path, verb },
      ...Object.entries(verb.subs ?? {}).flatMap(([name, sub]) => verbs([...path, name], sub)),
    ];
    const entries = GROUPS.flatMap((group) => group.entries).filter(({ hidden }) => hidden !== true);
    const all = await Promise.all(entries.map(async ({ name, load }) => verbs([name], (await load()).verb)));
    return all.flat().flatMap(({ path, verb }) =>
      Object.entries(verb.flags ?? {})
        .filter(([, flag]) => flag.hidden !== true && (flag.values ?? flag.home) !== undefined)
        .map(([name, flag]) => ({ path, verb, name, flag })),
    );
  }

  test("what is offered is taken, another word is not where the verb refuses any", async () => {
    using world = await initialized();
    // A clone is made of a repository alone.
    const person = ["-c", "user.name=A", "-c", "user.email=a@example.org"];
    for (const args of [
      ["init", "-q"],
      [...person, "commit", "-q", "--allow-empty", "-m", "first"],
    ])
      execFileSync("git", ["-C", world.dir, ...args]);
    await world.bd(["config", "set", "status.custom", "review:wip"]);
    await world.bd(["config", "set", "types.custom", "spec"]);
    const { meta } = new Store(world.fleetHome).snapshot();
    const ofHome = { status: statusNames(meta), type: typeNames(meta) };
    expect([ofHome.status.at(-1), ofHome.type.at(-1)]).toEqual(["review", "spec"]);
    // Made beforehand, in one commit.
    const made = Array.from({ length: 240 }, (_, i) => [`tt-x${i}`, `tt-y${i}`]);
    const rows = made.flat().map((id) => JSON.stringify({ id, title: "x" }));
    expect(await world.bd(["import", "-"], { stdin: rows.join("\n") })).toMatchObject({ exit: 0 });
    const pair = (): string[] => {
      const ids = made.pop();
      if (ids === undefined) throw new Error("more pairs are needed");
      return ids;
    };
    const first = pair();
    const saying = async (path: readonly string[], verb: Verb, given: readonly string[]): Promise<string> => {
      // What writes has two of its own each time: an edge is made once.
      const ids = verb.writes === true ? pair() : first;
      const wants = slotsOf(verb.usage).map(({ kind }, at) => (kind === "task" ? (ids[at] ?? "") : "status=open"));
      const gate = given[0] === "--waits-for-gate" ? ["--waits-for", ids[0] ?? ""] : [];
      const { exit, stdout, stderr } = await world.bd([...path, ...wants, ...given, ...gate]);
      // lint's exit code says that it found something.
      return exit === 0 || path[0] === "lint" ? "" : `${stdout}${stderr}`;
    };
    const options = await known();
    expect(options.length).toBeGreaterThan(25);
    const takesAny: string[] = [];
    for (const { path, verb, name, flag } of options) {
      const called = `${path.join(" ")} --${name}`;
      const words = [...(flag.values ?? []), ...(flag.home === undefined ? [] : ofHome[flag.home])];
      // A write costs four times a read: the first word and the last, a home's own, stand for the others.
      const most = runs(2, Infinity);
      const tried = verb.writes === true && words.length > most ? [words[0] ?? "", words.at(-1) ?? ""] : words;
      for (const word of tried) expect(await saying(path, verb, [`--${name}`, word]), `${called} ${word}`).toBe("");
      if ((await saying(path, verb, [`--${name}`, "bogus"])) === "") takesAny.push(called);
    }
    // As bd has it: an edge may be of any type, and nothing is found then.
    expect(takesAny).toEqual(["lint --type", "lint --status", "dep add --type", "link --type", "config show --source"]);
  }, 120_000);
});

describe("values", () => {
  const offered = async (world: World, ...args: string[]): Promise<Said> =>
    await ran(world, async (io) => await offerValues(io, args));

  test("ids of what is live with their titles on one line; closed ones once one is begun", async () => {
    using world = await initialized();
    await world.bd(["create", "One\tof them", "--id", "tt-a1"]);
    await world.bd(["create", "Another", "--id", "tt-b1"]);
    await world.bd(["close", "tt-b1"]);
    expect((await offered(world, "task")).out).toEqual(["tt-a1\tOne of them"]);
    expect((await offered(world, "task", "tt-")).out).toEqual(["tt-a1\tOne of them"]);
    expect((await offered(world, "task", "tt-b")).out).toEqual(["tt-b1\tAnother"]);
    // In an id, but not where it begins.
    expect((await offered(world, "task", "1")).out).toEqual([]);
  });

  test("many closed ones: their ids, without looking up what each is called", async () => {
    using world = await initialized();
    const ids = Array.from({ length: 21 }, (_, i) => `tt-c${String(i).padStart(2, "0")}`);
    const at = "2026-01-01T00:00:00Z";
    const lines = ids.map((id) =>
      JSON.stringify({ id, title: "Old", status: "closed", created_at: at, updated_at: at, closed_at: at }),
    );
    expect(await world.bd(["import", "-"], { stdin: lines.join("\n") })).toMatchObject({ exit: 0 });
    expect((await offered(world, "task", "tt-c")).out.sort()).toEqual(ids);
    expect((await offered(world, "task", "tt-c1")).out.sort()).toEqual(ids.slice(10, 20).map((id) => `${id}\tOld`));
  });

  test("no home, none made; a home that can't be read: nothing, and no error; invalid settings: what fleet brings itself", async () => {
    using world = makeWorld();
    const nothing = { exit: 0, out: [], err: "" };
    expect(await offered(world, "task")).toEqual(nothing);
    expect(await offered(world, "account", "no-such")).toEqual(nothing);
    expect((await offered(world, "coder", "sh")).out).toEqual(["shell"]);
    expect(await offered(world, "bogus")).toEqual(nothing);
    expect(existsSync(world.fleetHome)).toBe(false);
    writeFileSync(world.fleetHome, "a file");
    expect(await offered(world, "task")).toEqual(nothing);

    using other = await initialized();
    writeFileSync(join(other.fleetHome, "config.yaml"), "accounts: [");
    for (const kind of ["coder", "account"])
      expect(await offered(other, kind)).toMatchObject({ exit: 0, out: expect.arrayContaining(["claude"]), err: "" });
  });

  test("a name that a shell would read as more than a word is not offered", async () => {
    using world = await initialized();
    await world.bd(["config", "set", "types.custom", "$(touch x),good-one"]);
    const { out } = await offered(world, "type");
    expect(out).toContain("good-one");
    expect(out.join("")).not.toContain("touch");
  });
});
