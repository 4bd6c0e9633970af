/** What a shell sees: help, the shim. */
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { GROUPS } from "../../src/bd/table.ts";
import { SHIM_MARK } from "../../src/app/real-bd.ts";
import { runFleet } from "../../src/cli/cli.ts";
import type { Io } from "../../src/app/io.ts";
import { initialized, makeWorld, type World } from "./world.ts";

describe("help", () => {
  test("every verb has examples, and they parse", async () => {
    using world = await initialized();
    for (const entry of GROUPS.flatMap((group) => group.entries)) {
      const { verb } = await entry.load();
      for (const each of [verb, ...Object.values(verb.subs ?? {})]) {
        expect({ name: entry.name, usage: each.usage, examples: each.examples?.length ?? 0 }).not.toMatchObject({
          examples: 0,
        });
        for (const example of each.examples ?? []) {
          const words = [...(example.split(/ [|<>]/)[0] ?? "").matchAll(/"([^"]*)"|(\S+)/g)].map(
            ([, a, b]) => a ?? b ?? "",
          );
          const at = words.indexOf("bd");
          const { stderr } = await world.bd([...words.slice(at + 1), "--help"]);
          expect({ example, stderr }).toEqual({ example, stderr: "" });
        }
      }
    }
  });

  test("a word more than a verb has places for is refused, by every verb, and does nothing", async () => {
    using world = await initialized();
    await world.bd(["create", "Epic", "-t", "epic", "--id", "tt-e"]);
    const surplus = ["tt-e", "tt-e", "tt-e"];
    for (const entry of GROUPS.flatMap((group) => group.entries)) {
      const { verb } = await entry.load();
      for (const [name, each] of [["", verb] as const, ...Object.entries(verb.subs ?? {})]) {
        if (each.run === undefined || each.usage.includes("...") || each.args?.max === Number.POSITIVE_INFINITY)
          continue;
        const { exit, stderr } = await world.bd([entry.name, ...(name === "" ? [] : [name]), ...surplus]);
        // Of a group's words the first is the name of a verb below it.
        const said =
          each.subs === undefined
            ? /^Error: (?:accepts|several words need quotes)/
            : /^Error: (?:accepts|unknown command)/;
        expect({ usage: `${entry.name} ${name}`, exit, stderr }).toMatchObject({
          exit: 1,
          stderr: expect.stringMatching(said),
        });
      }
    }
    expect(await world.json(["list", "--all"])).toMatchObject([{ id: "tt-e", status: "open" }]);
  });

  test.each([
    [["redy"], "Did you mean this?\n\tready"],
    [["list", "--limt", "3"], "Did you mean --limit?"],
    [["dep", "ad", "x"], "Did you mean bd dep add?"],
    [["export", "--formt", "br"], "Did you mean --format?"],
    [["batc"], "batch"],
    [["lnit"], "Did you mean this?\n\tlint"],
    [["raedy"], "Did you mean this?\n\tready"],
    [["--jsn", "list"], "All flags: fleet bd --help\n"],
    [["query", ""], "parsing query: expected a field, such as status=open, got the end"],
  ])("%j", async (argv, said) => {
    using world = await initialized();
    const { exit, stderr } = await world.bd(argv);
    expect({ exit, stderr }).toEqual({ exit: 1, stderr: expect.stringContaining(said) });
  });

  test("what this store does not do says so, and what there is instead", async () => {
    using world = await initialized();
    for (const word of "vc branch diff sql backup restore bootstrap federation flatten compact gc prune purge migrate upgrade admin repo worktree mol cook formula swarm gate merge-slot promote ship mail jira linear github gitlab ado notion audit rules set-state state create-form dolt".split(
      " ",
    )) {
      const { exit, stdout, stderr } = await world.bd([word]);
      expect({ exit, stdout }).toEqual({ exit: 1, stdout: "" });
      expect(stderr).toContain(`'bd ${word}' is not supported by this store\nHint: `);
    }
    // The command that is named works as it stands, wherever the home is.
    const git = `git --git-dir=${world.fleetHome}/.git`;
    expect((await world.bd(["vc"])).stderr).toContain(`Hint: ${git} log\n`);
    expect((await world.bd(["--db", "it's mine", "diff"])).stderr).toMatch(
      /Hint: git --git-dir='\/.*it'\\''s mine\/\.git' diff/,
    );
    for (const verb of ["push", "pull"])
      expect(await world.bd(["dolt", verb])).toMatchObject({
        exit: 0,
        stdout: "",
        stderr: expect.stringContaining("nothing to do"),
      });
    expect((await world.bd(["create", "x", "--graph", "plan.json"])).stderr).toContain(
      "'bd create --graph' is not supported by this store",
    );
  });
});

describe("fleet shim", () => {
  interface Ran {
    readonly exit: number;
    readonly out: string;
    readonly err: string;
  }
  async function shim(world: World, argv: readonly string[], path: string): Promise<Ran> {
    let [out, err] = ["", ""];
    const io: Io = {
      cwd: world.dir,
      env: { HOME: world.home, PATH: path },
      out: (text) => void (out += text),
      exact: (text) => void (out += text),
      err: (text) => void (err += text),
      stdin: async () => Buffer.alloc(0),
      isTerminal: { stdin: false, stdout: false, stderr: false },
      now: () => Date.now(),
      interrupted: new AbortController().signal,
    };
    try {
      return { exit: await runFleet(["shim", ...argv], io), out, err };
    } catch (error) {
      return { exit: 1, out, err: error instanceof Error ? error.message : String(error) };
    }
  }

  test("install, status, remove: only what it made", async () => {
    using world = makeWorld();
    const bin = join(world.home, ".local", "bin");
    const installed = await shim(world, ["install"], "/nowhere");
    expect(installed).toMatchObject({ exit: 0 });
    expect(installed.out).toContain(`${bin} is not on PATH. Add it: echo 'export PATH=`);
    const file = join(bin, "bd");
    expect(readFileSync(file, "utf8")).toMatch(
      /^#!\/bin\/sh\n# .*\nnode=\S+\nprogram=\S*fleet\.js\n[^]*\nexec "\$node" "\$program" bd "\$@"\n$/,
    );
    expect(readFileSync(file, "utf8")).toContain(SHIM_MARK);
    expect(statSync(file).mode & 0o111).toBe(0o111);
    // Again, and with it on PATH.
    expect((await shim(world, ["install"], bin)).out).toBe(`✓ ${file} is fleet's bd now.\n`);
    expect(JSON.parse((await shim(world, ["status", "--json"], bin)).out)).toMatchObject({
      installed: true,
      on_path: true,
      is_fleet: true,
      first: file,
    });
    expect(await shim(world, ["remove"], bin)).toMatchObject({ exit: 0, out: `✓ Removed ${file}.\n` });
    expect(existsSync(file)).toBe(false);
    expect((await shim(world, ["remove"], bin)).out).toContain("nothing to remove");
    expect((await shim(world, ["bogus"], bin)).err).toContain("unknown action");
  });

  test("where no directory can be made it says so, and ends", async () => {
    using world = makeWorld();
    const under = "/dev/null/x";
    const [, , made] = await Promise.all([
      shim(world, ["status", under], "/nowhere"),
      shim(world, ["remove", under], "/nowhere"),
      shim(world, ["install", under], "/nowhere"),
    ]);
    expect(made.err).toBe(`${under}/bd could not be made: a part of the path is a file`);
    expect((await shim(world, ["install", "/proc/x/y"], "/nowhere")).err).toMatch(
      /^\/proc\/x\/y\/bd could not be made: /,
    );
  });

  test("a real bd is not shadowed unasked, and never replaced", async () => {
    using world = makeWorld();
    const [real, other] = [join(world.root, "real"), join(world.root, "other")];
    for (const dir of [real, other]) mkdirSync(dir);
    writeFileSync(join(real, "bd"), "#!/bin/sh\necho real\n");
    chmodSync(join(real, "bd"), 0o755);
    for (const path of [`${real}:${other}`, `${other}:${real}`]) {
      expect((await shim(world, ["install", other], path)).err).toContain(`a real bd is on PATH: ${real}/bd`);
      expect(existsSync(join(other, "bd"))).toBe(false);
    }
    expect((await shim(world, ["install", other, "--force"], `${real}:${other}`)).out).toContain(
      `But ${real}/bd comes first on PATH`,
    );
    expect((await shim(world, ["install", real, "--force"], real)).err).toContain("was not made by fleet");
    expect((await shim(world, ["remove", real], real)).err).toContain("was not made by fleet");
    expect(readFileSync(join(real, "bd"), "utf8")).toContain("echo real");
  });
});
