/** What bash, zsh and fish offer themselves, with the script that `fleet completion` prints and the built command behind it. */
import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { completionScript } from "../../src/cli/completion/script.ts";
import { type Shell, SHELLS } from "../../src/cli/completion/shells.ts";
import { initialized, type World } from "../bd/world.ts";
import { FLEET } from "../support/fleet.ts";

const has = (command: string): boolean => spawnSync(command, ["--version"]).status === 0;

let world: World;
/** A person's: no settings of whoever runs the tests are read or written by the shells. */
let env: Record<string, string>;

beforeAll(async () => {
  world = await initialized();
  const bin = join(world.root, "bin");
  mkdirSync(bin);
  symlinkSync(FLEET, join(bin, "fleet"));
  env = {
    HOME: world.home,
    PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}`,
    FLEET_HOME: world.fleetHome,
    TERM: "dumb",
  };
  for (const [id, title] of [
    ["tt-aaa", "The first: it's $HOME [odd] \\n"],
    ["tt-bbb", "The second"],
    ["tt-ccc", "Done"],
  ] as const)
    expect(await world.bd(["create", title, "--id", id])).toMatchObject({ exit: 0 });
  for (const setting of ["status.custom=review:wip", "types.custom=spec"])
    expect(await world.bd(["config", "set", ...setting.split("=")])).toMatchObject({ exit: 0 });
  expect(await world.bd(["close", "tt-ccc"])).toMatchObject({ exit: 0 });
  writeFileSync(
    join(world.fleetHome, "config.yaml"),
    "accounts: { work: { coder: claude } }\ncoders: { mine: { argv: [x], prompt: stdin } }\n",
  );
});
afterAll(() => world[Symbol.dispose]());

function shellSays(shell: Shell, args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(shell, [...args], { encoding: "utf8", cwd: world.dir, timeout: 60_000, env });
  expect(stderr).toBe("");
  return stdout;
}

/** By the shell's own machinery. */
const OFFERS: Readonly<Record<Shell, (dir: string, script: string, lines: readonly string[]) => string>> = {
  bash: (_dir, script, lines) => {
    const each = lines.map((line) => {
      const words = line.split(" ").map((word) => `'${word}'`);
      return `COMP_WORDS=(${words.join(" ")}); COMP_CWORD=${words.length - 1}; _fleet; printf '%s\n' "\${COMPREPLY[@]}" '(end)'`;
    });
    return shellSays("bash", ["--norc", "-c", [script, ...each].join("\n")]);
  },
  zsh: (dir, script, lines) => {
    writeFileSync(join(dir, "_fleet"), script);
    const driver = fileURLToPath(new URL("./zsh-complete.zsh", import.meta.url));
    return shellSays("zsh", ["-f", driver, dir, ...lines]);
  },
  fish: (dir, script, lines) => {
    writeFileSync(join(dir, "fleet.fish"), script);
    const each = lines.map((line) => `complete -C '${line}'; echo '(end)'`);
    return shellSays("fish", ["--no-config", "-c", [`source ${dir}/fleet.fish`, ...each].join("\n")]);
  },
};

/** What is to be offered for each line; the same in every shell. */
const LINES: Readonly<Record<string, readonly string[]>> = {
  "bd rea": ["ready"],
  "bd dep ": ["add", "cycles", "list", "relate", "remove", "tree", "tt-aaa", "tt-bbb", "unrelate"],
  "bd --actor me dep ad": ["add"],
  "bd create x --pri": ["--priority"],
  "bd dep add --bl": ["--blocked-by"],
  // `list` below `dep` has other flags than `list` alone; a value is no verb.
  "bd dep list --dir": ["--direction", "--directory"],
  "bd create --title create --jso": ["--json"],
  "bd new --cod": ["--coder"],
  "bd new x --coder m": ["mine"],
  // Closed sets, and the home's own words beside those that are built in.
  "bd list --status in_": ["in_progress"],
  "bd list -s re": ["review"],
  "bd list --status a": ["all"],
  "bd update tt-aaa --status a": [],
  "bd create x -t sp": ["spec", "spike"],
  "bd list --type epi": ["epic"],
  "bd list --priority ": ["0", "1", "2", "3", "4"],
  "bd priority tt-aaa 1": ["1"],
  "bd list --sort c": ["closed", "created"],
  "fleet ready --sort ": ["hybrid", "oldest", "priority"],
  "bd dep list tt-aaa --direction ": ["down", "up"],
  "bd dep tree tt-aaa --direction ": ["both", "down", "up"],
  // The type of an edge, not of an issue.
  "bd dep add tt-aaa tt-bbb --type rel": ["related", "relates-to"],
  "bd setup cur": ["cursor"],
  "bd update tt-a": ["tt-aaa"],
  "bd dep add tt-aaa tt-b": ["tt-bbb"],
  "bd duplicate tt-aaa --of tt-b": ["tt-bbb"],
  "fleet bd upd": ["update"],
  "fleet bd create --pri": ["--priority"],
  "fleet bd completion f": ["fish"],
  "fleet ta": ["tag", "task", "tasks"],
  "fleet rea": ["ready"],
  // What git and hooks call is nothing to complete.
  "fleet merge-": [],
  "fleet complete-v": [],
  "fleet sta": ["stale", "start", "stats", "status", "statuses"],
  "fleet upd": ["update"],
  "fleet close --fo": ["--force"],
  "fleet start --fo": ["--force"],
  "fleet run sta": ["start", "status"],
  "fleet run start sta": [],
  "fleet tasks --a": ["--all"],
  "fleet service --p": ["--print"],
  "fleet task ": ["tt-aaa", "tt-bbb"],
  "fleet task tt-aaa p": ["path", "plan", "prompt"],
  "fleet task tt-aaa log --r": ["--raw"],
  // -n takes a number, -f nothing.
  "fleet task -n 2 tt-a": ["tt-aaa"],
  "fleet task -f tt-a": ["tt-aaa"],
  "fleet kill tt-aaa tt-b": ["tt-bbb"],
  // A closed one, once it is begun.
  "fleet retry tt-c": ["tt-ccc"],
  "fleet retry tt-ccc --max-c": ["--max-cost"],
  "fleet show tt-a": ["tt-aaa"],
  "fleet pause w": ["work"],
  "fleet config s": ["set", "show"],
  "fleet config set max_per_c": ["max_per_coder=", "max_per_cwd="],
  "fleet config set mcp=false keep_f": ["keep_for="],
  "fleet config set auto_": ["auto_resume=false", "auto_resume=true"],
  "fleet config show ma": [],
  "fleet completion z": ["zsh"],
};

describe.each(SHELLS)("completion in %s", (shell) => {
  const where = has(shell) ? "" : " (skipped: it is not installed here)";
  const here = test.skipIf(where !== "");

  const offered = async (lines: readonly string[]): Promise<Record<string, string[]>> => {
    const said = OFFERS[shell](world.home, await completionScript(shell), lines).split("(end)\n");
    return Object.fromEntries(
      lines.map((line, i) => [
        line,
        (said[i] ?? "")
          .split("\n")
          .flatMap((one) => one.split("\t")[0] || [])
          .sort(),
      ]),
    );
  };

  here(
    `commands, verbs, options, choices, ids, coders, accounts, settings${where}`,
    async () => {
      expect(await offered(Object.keys(LINES))).toEqual(LINES);
    },
    90_000,
  );

  here(`a value behind an equals sign${where}`, async () => {
    // bash hands its function three words, and takes back the last; fish takes the whole one.
    const isBash = shell === "bash";
    const line = (before: string, typed: string): string => `${before}${isBash ? " = " : "="}${typed}`;
    const whole = (name: string, word: string): string => (isBash ? word : `${name}=${word}`);
    const coder = line("bd new x --coder", "m");
    const setting = line("fleet config set resume_on_parked", "w");
    const begun = isBash ? "fleet config set mcp =" : "fleet config set mcp=";
    const open = isBash ? "fleet config set mcp=true keep_for = " : "fleet config set mcp=true keep_for=1";
    const sort = line("bd list --sort", "ti");
    expect(await offered([coder, setting, begun, open, sort])).toEqual({
      [coder]: [shell === "fish" ? "--coder=mine" : "mine"],
      [setting]: [whole("resume_on_parked", "wait")],
      [begun]: ["false", "true"].map((word) => whole("mcp", word)),
      [open]: [],
      [sort]: [shell === "fish" ? "--sort=title" : "title"],
    });
  });

  here(
    `files where a file is meant${where}`,
    async () => {
      writeFileSync(join(world.dir, "plan.md"), "");
      const [line, ofOption] = ["fleet clone pla", "bd create -f pla"];
      // readline finds them in bash, when nothing else is offered.
      const found = shell === "bash" ? [] : ["plan.md"];
      expect(await offered([line, ofOption])).toEqual({ [line]: found, [ofOption]: found });
    },
    60_000,
  );

  here(
    `where there is no home, nothing is offered, said or made${where}`,
    async () => {
      const before = env;
      env = { ...env, FLEET_HOME: join(world.root, "none") };
      try {
        expect(await offered(["fleet task ", "fleet run sto"])).toEqual({
          "fleet task ": [],
          "fleet run sto": ["stop"],
        });
      } finally {
        env = before;
      }
    },
    60_000,
  );

  // From a file, as a shell reads it: fish takes no standard input but a terminal, a file or a pipe, and node's are sockets.
  here(`the shell can read the script, and says when it can't${where}`, async () => {
    const path = join(world.home, `script.${shell}`);
    const own = shell === "fish" ? ["--no-config"] : [];
    const read = (text: string): string => {
      writeFileSync(path, text);
      return spawnSync(shell, [...own, "-n", path], { encoding: "utf8", env }).stderr;
    };
    const script = await completionScript(shell);
    expect(read(script)).toBe("");
    expect(read(`${script}\necho "`)).not.toBe("");
  });
});
