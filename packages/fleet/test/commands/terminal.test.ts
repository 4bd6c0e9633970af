/** What happens on a terminal alone: a screen that follows its size, and init's question. `script` of util-linux gives one. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { expect, it } from "vitest";

import { Fleet, FLEET } from "../support/fleet.ts";
import { until } from "../support/until.ts";

const HAS_TERMINALS = process.platform === "linux" && spawnSync("script", ["--version"]).status === 0;
if (!HAS_TERMINALS) process.stderr.write("skipped: there is no `script` (util-linux), which gives a test a terminal\n");

interface OnTerminal {
  readonly child: ChildProcessWithoutNullStreams;
  readonly said: () => string;
  readonly ended: Promise<number | null>;
}

/** `lines` are for sh; `$fleet` is the command. */
function onTerminal(fleet: Fleet, lines: string, env: Readonly<Record<string, string>> = {}): OnTerminal {
  const command = `fleet="${process.execPath} ${FLEET}"; ${lines}`;
  const all = { ...fleet.env, TERM: "xterm", SHELL: "/bin/sh", COLUMNS: undefined, LINES: undefined, ...env };
  const child = spawn("script", ["-qfec", command, "/dev/null"], { env: all, cwd: fleet.project, stdio: "pipe" });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  return { child, said: () => said, ended: new Promise((resolve) => child.once("exit", resolve)) };
}

it.skipIf(!HAS_TERMINALS)("tasks -w redraws in the current width, and restores the terminal", async () => {
  await using fleet = await Fleet.make();
  const title = "A title that is longer than a narrow terminal is wide, by far";
  await fleet.task(title, "true", { coder: "nobody" });
  const { said, ended } = onTerminal(
    fleet,
    `stty cols 44 rows 12; $fleet tasks --all -w & pid=$!
     while [ ! -e wide ]; do sleep 0.05; done; stty cols 150
     while [ ! -e over ]; do sleep 0.05; done; kill $pid; wait $pid`,
  );
  await until("the narrow screen", () => said().includes("nobody"));
  expect(said()).not.toContain(title);
  fleet.write("wide");
  await until("the wide screen", () => said().includes(title));
  expect(said()).toContain("\u001b[2J");
  fleet.write("over");
  expect(await ended).toBe(0);
  expect(said().endsWith("\u001b[?25h\u001b[?1049l")).toBe(true);
});

it.skipIf(!HAS_TERMINALS)("init asks which of several agents is to be the default, until one is named", async () => {
  await using fleet = await Fleet.make();
  const bin = join(fleet.root, "bin");
  mkdirSync(bin);
  for (const name of ["claude", "codex"]) writeFileSync(join(bin, name), "#!/bin/sh\necho 2.0.0\n", { mode: 0o755 });
  const { child, said, ended } = onTerminal(fleet, "$fleet init", {
    FLEET_HOME: join(fleet.root, "another"),
    PATH: `${bin}:/usr/bin:/bin`,
    ANTHROPIC_API_KEY: "k",
    OPENAI_API_KEY: "k",
  });
  const questions = (): number => said().split("Which coder should work").length - 1;
  await until("the question", () => questions() === 1);
  child.stdin.write("cluade\n");
  await until("the question again", () => questions() === 2);
  child.stdin.write("codex\n");
  expect(await ended).toBe(0);
  expect(stripVTControlCharacters(said())).toMatch(/Created the home .*another[^]*codex/);
});
