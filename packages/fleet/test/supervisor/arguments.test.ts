/** What stands in the arguments of an attempt's processes: nothing by which `pkill -f` of another agent would find them. */
import { existsSync, lstatSync, mkdirSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";

import { readAttempt } from "../../src/attempts/records/record.ts";
import { Fleet } from "../support/fleet.ts";
import { environOf, living } from "../support/living.ts";
import { until } from "../support/until.ts";

/** Where these tests can look: only Linux shows another process's arguments and environment cheaply. */
const seen = it.runIf(process.platform === "linux");

/** Stays until it is told to go, with a child beside it; starts the MCP server that it is handed. */
const CLI = `#!/bin/sh
name=\${0##*/}; server=
for word; do case $word in
  --mcp-config=*) server=$(sed -n 's/.*"command": "\\(.*\\)".*/\\1/p' "\${word#*=}" | head -n 1) ;;
  mcp_servers.*.command=*) server=$(eval "echo \${word#*=}") ;;
esac; done
if [ -n "$server" ]; then mkfifo "pipe.$name"; "$server" <"pipe.$name" >"served.$name" & exec 4>"pipe.$name"
  echo '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}' >&4
fi
sleep 60 &
touch "on.$name"
while [ ! -e go ]; do sleep 0.05; done
`;

const NAMES = ["claude", "codex", "opencode", "gemini", "agy"];

let fleet: Fleet;
let ids: ReadonlyMap<string, string>;
beforeAll(async () => {
  const declared =
    'coders: { declared: { argv: [sh, "{prompt_file}", "{scratch}"], prompt: script, exit_zero: done } }\n';
  fleet = await Fleet.make({ kill_grace: "100ms", max_attempts: "1" }, declared);
  const bin = join(fleet.root, "bin");
  mkdirSync(bin);
  for (const name of NAMES) writeFileSync(join(bin, name), CLI, { mode: 0o755 });
  const path = [bin, fleet.env["PATH"] ?? ""].join(delimiter);
  const made = NAMES.map(async (name): Promise<[string, string]> => {
    const metadata = { path, ...(name === "claude" ? { allow: ["src/**"] } : {}) };
    return [name, await fleet.task(`by ${name}`, "Wait.", { coder: name, metadata })];
  });
  const wait = 'touch "on.$0"; while [ ! -e go ]; do sleep 0.05; done';
  const scripts = ["shell", "declared"].map(async (name): Promise<[string, string]> => {
    return [name, await fleet.task(name, wait.replace("$0", name), { coder: name })];
  });
  const check = fleet.task("checked", "true", { metadata: { checks: [wait.replace("$0", "check")] } });
  ids = new Map([...(await Promise.all([...made, ...scripts])), ["check", await check]]);
  if (process.platform !== "linux") return;
  await fleet.start();
  for (const name of ids.keys()) await until(`${name} runs`, () => existsSync(join(fleet.project, `on.${name}`)));
  for (const name of ["claude", "codex"]) expect(await fleet.file(`served.${name}`)).toContain("serverInfo");
});
afterAll(async () => {
  fleet.write("go");
  await fleet[Symbol.asyncDispose]();
});

/** All processes of all attempts and checks, with their arguments; where the scripted coders lie is left out. */
const processes = () =>
  living((_, environ) => environ.includes(`FLEET_HOME=${fleet.home}`))
    .filter(({ pid }) => environOf(pid).some((one) => /^FLEET_(?:ATTEMPT|CHECK)_ID=/.test(one)))
    .map(({ command, ...rest }) => ({ ...rest, command: command.replaceAll(join(fleet.root, "bin"), "") }));

seen("names neither home, prefix, id nor fleet in the arguments of any process of any coder, or of a check", () => {
  const all = processes();
  for (const name of [...NAMES, "sleep 60", "mcp-server", "prompt.md"])
    expect(
      all.filter(({ command }) => command.includes(name)),
      name,
    ).not.toEqual([]);
  // agy takes its prompt as an argument, and in no other way.
  const telling = all.filter(({ command }) => !/ -p .*--dangerously-skip-permissions$/s.test(command));
  const words = [fleet.home, fleet.root, "fleet", "tt-", ...ids.values()];
  expect(telling.filter(({ command }) => words.some((word) => command.includes(word)))).toEqual([]);
});

seen(
  "tells whose a commit is to a coder that hides the person's git configuration from its tools, and to no other",
  () => {
    const told = (name: string): string[] => {
      const [one] = processes().filter(({ command }) => command.includes(`/${name}`));
      return environOf(one?.pid ?? 0).filter((entry) => entry.startsWith("GIT_CONFIG_"));
    };
    expect(told("gemini").toSorted()).toEqual([
      "GIT_CONFIG_COUNT=2",
      "GIT_CONFIG_KEY_0=user.name",
      "GIT_CONFIG_KEY_1=user.email",
      "GIT_CONFIG_VALUE_0=Ann",
      "GIT_CONFIG_VALUE_1=ann@example.org",
    ]);
    expect(told("codex")).toEqual([]);
  },
);

seen("makes the short path again when it was removed, and removes it with the end of the attempt", async () => {
  const id = ids.get("shell") ?? "";
  const file = readAttempt(fleet.dir(id))?.args[0] ?? "";
  const path = dirname(file);
  expect(readlinkSync(path)).toBe(fleet.dir(id));
  expect(lstatSync(dirname(path)).mode & 0o777).toBe(0o700);
  rmSync(path);
  await until("the path is there again", () => existsSync(file));
  fleet.write("go");
  await fleet.settled(id, "closed");
  await until("the path is gone", () => lstatSync(path, { throwIfNoEntry: false }) === undefined);
});

seen("calls the supervisor by a name that `pkill node` does not find", () => {
  const pid = fleet.supervisor();
  const [supervisor] = living((one) => one.pid === pid);
  expect(supervisor?.command).toBe("fleet supervisor");
});
