/** What a shell sees: completion, help, the shim. */
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, onTestFinished, test } from "vitest";

import { completionScript, levels, type Shell, SHELLS } from "../../src/bd/completions.ts";
import { GROUPS } from "../../src/bd/table.ts";
import { SHIM_MARK } from "../../src/bd/real-bd.ts";
import { runFleet } from "../../src/cli.ts";
import type { Io } from "../../src/io.ts";
import { initialized, makeWorld, type World } from "./world.ts";

const has = (command: string): boolean => spawnSync(command, ["--version"]).status === 0;

/** What the shell itself offers for a line, by its own machinery. */
const OFFERS: Readonly<Record<Shell, (dir: string, script: string, lines: readonly string[]) => string>> = {
  bash: (_dir, script, lines) => {
    const each = lines.map((line) => {
      const words = line.split(" ").map((word) => `'${word}'`);
      return `COMP_WORDS=(${words.join(" ")}); COMP_CWORD=${words.length - 1}; _bd; printf '%s\n' "\${COMPREPLY[@]}" '(end)'`;
    });
    return shellSays("bash", ["--norc", "-c", [script, ...each].join("\n")]);
  },
  zsh: (dir, script, lines) => {
    writeFileSync(join(dir, "_bd"), script);
    const driver = fileURLToPath(new URL("./zsh-complete.zsh", import.meta.url));
    return shellSays("zsh", ["-f", driver, dir, ...lines]);
  },
  fish: (dir, script, lines) => {
    writeFileSync(join(dir, "bd.fish"), script);
    const each = lines.map((line) => `complete -C '${line}'; echo '(end)'`);
    return shellSays("fish", ["--no-config", "-c", [`source ${dir}/bd.fish`, ...each].join("\n")]);
  },
};

/** What is to be offered for each line; the same in every shell. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  "bd rea": ["ready"],
  "bd dep ": ["add", "cycles", "list", "relate", "remove", "tree", "unrelate"],
  "bd --actor me dep ad": ["add"],
  "bd create x --pri": ["--priority"],
  "bd dep add --bl": ["--blocked-by"],
  // `list` below `dep` has other flags than `list` alone; a value is no verb.
  "bd dep list --dir": ["--direction", "--directory"],
  "bd create --title create --jso": ["--json"],
  "bd new --cod": ["--coder"],
  "fleet ta": ["task", "tasks"],
  "fleet bd upd": ["update"],
  "fleet bd create --pri": ["--priority"],
};

function shellSays(shell: Shell, args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(shell, [...args], { encoding: "utf8", cwd: "/", timeout: 60_000 });
  expect(stderr).toBe("");
  return stdout;
}

describe("completion", () => {
  for (const shell of SHELLS) {
    const here = has(shell);
    test.skipIf(!here)(
      `${shell} completes verbs, verbs below them, flags, and the same behind \`fleet bd\`${here ? "" : " (skipped: it is not installed here)"}`,
      async () => {
        const script = await completionScript(shell);
        const dir = mkdtempSync(join(tmpdir(), "fleet-completion-"));
        onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
        const said = OFFERS[shell](dir, script, Object.keys(LINES)).split("(end)\n");
        const offered = said.map((part) => part.split("\n").flatMap((one) => one.split("\t")[0] || []));
        expect(Object.fromEntries(Object.keys(LINES).map((line, i) => [line, offered[i]?.sort()]))).toEqual(LINES);
      },
      60_000,
    );
  }

  test.each(SHELLS)("%s: every verb and every flag is in it, and the shell can read it", async (shell) => {
    const script = await completionScript(shell);
    for (const { words, flags } of await levels()) {
      for (const { name } of words) expect(script).toContain(name);
      for (const { name } of flags) expect(script).toContain(shell === "fish" ? `-l ${name}` : `--${name}`);
    }
    // Where a shell is not installed, only the text is looked at.
    if (!has(shell)) return;
    const path = join(mkdtempSync(join(tmpdir(), "fleet-completion-")), "script");
    onTestFinished(() => rmSync(dirname(path), { recursive: true, force: true }));
    writeFileSync(path, script);
    expect(spawnSync(shell, ["-n", path], { encoding: "utf8" }).stderr).toBe("");
  });
});

describe("help", () => {
  test("every verb has examples, and they parse", async () => {
    using world = await initialized();
    for (const entry of GROUPS.flatMap((group) => group.entries)) {
      const { verb } = await entry.load();
      const subs = await Promise.all(Object.values(verb.subs ?? {}).map(async (sub) => (await sub.load()).verb));
      for (const each of [verb, ...subs]) {
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

  test.each([
    [["redy"], "Did you mean this?\n\tready"],
    [["list", "--limt", "3"], "Did you mean --limit?"],
    [["dep", "ad", "x"], "Did you mean bd dep add?"],
    [["export", "--formt", "br"], "Did you mean --format?"],
    [["batc"], "batch"],
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
      err: (text) => void (err += text),
      stdin: async () => "",
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
    expect(readFileSync(file, "utf8")).toMatch(/^#!\/bin\/sh\n# .*\nexec \S+ \S*fleet\.js bd "\$@"\n$/);
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
    expect((await shim(world, ["install", real, "--force"], real)).err).toContain("is somebody else's bd");
    expect((await shim(world, ["remove", real], real)).err).toContain("was not made by fleet");
    expect(readFileSync(join(real, "bd"), "utf8")).toContain("echo real");
  });
});
