/** Coders that do what none should, each run for real; after each, nothing of it is alive. */
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { readExit } from "../../src/attempts/records/record.ts";
import { readPid } from "../../src/attempts/records/pid-file.ts";
import { Fleet, isAlive, processesWith } from "../support/fleet.ts";
import { until } from "../support/until.ts";

/** Leaves its session, forks twice and forgets its environment; its pid is left in a file, as nothing else tells of it. */
const DAEMON = `
use POSIX;
open(my $out, ">", $ARGV[0]); close $out;
exit 0 if fork; POSIX::setsid(); exit 0 if fork;
open($out, ">", $ARGV[0]); print $out $$; close $out;
%ENV = (); close STDIN; close STDOUT; close STDERR;
$SIG{TERM} = "IGNORE" if $ARGV[1];
sleep 1 while 1;
`;

const CODERS = `
coders:
  by-argument:
    argv: [sh, -c, 'printf "%s" "$1" | wc -c; printf "%s" "$1" | head -c 200', x, "{prompt}"]
    prompt: argument
    exit_zero: done
  by-stdin:
    argv: [sh, -c, 'wc -c']
    prompt: stdin
    exit_zero: done
  never-reads:
    argv: [sh, -c, 'echo I do not listen']
    prompt: stdin
    exit_zero: done
  says-nothing:
    argv: ["true"]
    prompt: stdin
`;

let fleet: Fleet;

beforeAll(async () => {
  fleet = await Fleet.make({ max_attempts: "1", max_concurrent: "20", task_timeout: "60s" }, CODERS);
  writeFileSync(join(fleet.project, "daemon.pl"), DAEMON);
  await fleet.supervise();
});
afterAll(async () => await fleet[Symbol.asyncDispose]());

/** The task's end, after which no process of its attempt is alive. */
async function done(id: string, status = "closed", millis = 50_000): Promise<string | undefined> {
  await fleet.settled(id, status, millis);
  const uuid: unknown = JSON.parse(readFileSync(join(fleet.dir(id), "attempt.json"), "utf8")).uuid;
  expect(processesWith("FLEET_ATTEMPT_ID", String(uuid))).toEqual([]);
  const pid = readPid(fleet.dir(id));
  expect(pid.kind === "wrapper" && isAlive(pid.pid)).toBe(false);
  return fleet.outcome(id)?.kind;
}

const daemonPid = async (name: string): Promise<number> => Number(await fleet.file(name));

describe.concurrent("a coder that", () => {
  it("prints binary", async () => {
    const id = await fleet.task("prints binary", "head -c 200000 /dev/urandom; head -c 1000 /dev/zero");
    expect(await done(id)).toBe("done");
    expect(statSync(join(fleet.dir(id), "log.jsonl")).size).toBe(201_000);
    expect((await fleet.run(["task", id, "log"])).code).toBe(0);
  });

  it("prints 100 MB, one line", { timeout: 120_000 }, async () => {
    const id = await fleet.task("prints 100 MB", "head -c 100000000 /dev/zero; echo; echo the end");
    expect(await done(id, "closed", 50_000)).toBe("done");
    expect(statSync(join(fleet.dir(id), "log.jsonl")).size).toBe(100_000_009);
    expect(statSync(join(fleet.dir(id), "events.jsonl")).size).toBeLessThan(10_000);
    expect(await fleet.ok(["task", id, "log"])).toMatch(/a line of more than \d+ bytes was skipped\)\n.*the end\n$/);
  });

  it("prints half a line and dies", async () => {
    const id = await fleet.task("half a line", "printf 'no line end'; kill -9 $$");
    expect(await done(id, "blocked")).toBe("failed");
    expect(fleet.outcome(id)).toMatchObject({ exit_code: 137, reason: "ended by SIGKILL" });
    expect(await fleet.ok(["task", id, "log"])).toContain("no line end");
  });

  it("never reads its standard input", async () => {
    const id = await fleet.task("is not listened to", "x".repeat(300_000), { coder: "never-reads" });
    expect(await done(id)).toBe("done");
  });

  it("reads standard input, and finds it empty", async () => {
    expect(await done(await fleet.task("reads", 'read -r line && exit 4; [ "$(wc -c)" -eq 0 ]'))).toBe("done");
  });

  it("leaves a daemon behind: own session, forked twice, environment scrubbed (LESSONS 7)", async () => {
    const id = await fleet.task("daemon", "perl daemon.pl daemon.pid; while [ ! -s daemon.pid ]; do sleep 0.05; done");
    expect(await done(id)).toBe("done");
    expect(isAlive(await daemonPid("daemon.pid"))).toBe(false);
  });

  it("leaves a daemon behind that takes no SIGTERM, and is killed itself", async () => {
    const id = await fleet.task("hard daemon", "perl daemon.pl hard.pid 1; trap '' TERM; while :; do sleep 0.1; done");
    const pid = await daemonPid("hard.pid");
    await fleet.ok(["kill", id]);
    expect(await done(id, "blocked")).toBe("killed");
    expect(isAlive(pid)).toBe(false);
    // The wrapper outlived its coder, to end what was left and to tell how the coder ended.
    expect(readExit(fleet.dir(id))).toEqual({ code: 137 });
  });

  it("leaves a server in the background (LESSONS #88562)", async () => {
    const id = await fleet.task(
      "server",
      "(trap '' TERM HUP; while :; do sleep 1; done) & setsid sleep 1000 & echo started",
    );
    expect(await done(id)).toBe("done");
  });

  it("kills its own process group", async () => {
    const id = await fleet.task("kills its group", "trap '' TERM; kill -TERM 0; kill -USR1 0; exit 6");
    expect(await done(id, "blocked")).toBe("failed");
  });

  it("stops itself, and is killed all the same", async () => {
    const id = await fleet.task("stops", "touch stops; kill -STOP $$; exit 0");
    await until("it is stopped", () => {
      const pid = readPid(fleet.dir(id));
      return pid.kind === "wrapper" && readFileSync(`/proc/${pid.pid}/task/${pid.pid}/children`, "utf8") !== "";
    });
    await fleet.ok(["kill", id]);
    expect(await done(id, "blocked")).toBe("killed");
  });

  it("exits 0 having done nothing: done for a script, not believed of a coder (LESSONS 2)", async () => {
    expect(await done(await fleet.task("nothing", "true"))).toBe("done");
    const id = await fleet.task("nothing", "do it", { coder: "says-nothing" });
    expect(await done(id, "blocked")).toBe("claimed-done-unproven");
  });

  it("takes its prompt as an argument, and gets one longer than an argument may be", async () => {
    const long = `${"a long story ".repeat(20_000)}the end`;
    const id = await fleet.task("long prompt", long, { coder: "by-argument" });
    expect(await done(id)).toBe("done");
    const log = readFileSync(join(fleet.dir(id), "log.jsonl"), "utf8");
    expect(log).toMatch(/Your task is in the file \S+\/prompt\.md\./);
    expect(readFileSync(join(fleet.dir(id), "prompt.md"), "utf8")).toContain(long);
  });

  it("gets a description of a megabyte", async () => {
    const long = `${"é".repeat(500_000)} end`;
    const id = await fleet.task("a megabyte", long, { coder: "by-stdin" });
    expect(await done(id)).toBe("done");
    const bytes = Number.parseInt(readFileSync(join(fleet.dir(id), "log.jsonl"), "utf8"), 10);
    expect(bytes).toBe(statSync(join(fleet.dir(id), "prompt.md")).size);
    expect(bytes).toBeGreaterThan(1_000_000);
    const script = await fleet.task("a script of a megabyte", `: ${"x".repeat(1_000_000)}\necho ran`);
    expect(await done(script)).toBe("done");
  });

  it("makes files with the user's own umask", async () => {
    const id = await fleet.task("umask", "touch by-coder; umask >mask");
    await done(id);
    const mask = process.umask();
    expect(Number.parseInt(await fleet.file("mask"), 8)).toBe(mask);
    expect(statSync(join(fleet.project, "by-coder")).mode & 0o777).toBe(0o666 & ~mask);
    for (const name of ["pid", "exit.json", "log.jsonl", "outcome.json"])
      expect([name, statSync(join(fleet.dir(id), name)).mode & 0o077]).toEqual([name, 0]);
  });

  it("is found though the task's own PATH has nothing of ours on it", async () => {
    const id = await fleet.task("odd PATH", "echo ran", { metadata: { path: "/nowhere" } });
    expect(await done(id)).toBe("done");
  });

  it.each([
    ["a newline", "two\nlines"],
    ["quotes", `it's "quoted" \`$(touch pwned)\``],
    ["an emoji", "🚀 übergrößen"],
    ["a leading dash", "--help"],
    ["an escape sequence", "\u001b[31mred"],
  ])("has a title with %s", async (_what, title) => {
    const id = await fleet.task(title, 'fleet bd show "$FLEET_TASK_ID" --json');
    expect(await done(id)).toBe("done");
    expect(JSON.parse(readFileSync(join(fleet.dir(id), "log.jsonl"), "utf8"))[0].title).toBe(title);
    const row: unknown = JSON.parse(await fleet.ok(["tasks", "--all", "--json"])).tasks.find(
      (one: { id: string }) => one.id === id,
    );
    expect(row).toMatchObject({ title, state: "closed" });
  });
});

it("the clock was set back: a task that backs off is not held up by it", async () => {
  const notBefore = new Date(Date.now() + 86_400_000 * 365).toISOString();
  const id = await fleet.task("from the future", "true", { metadata: { fleet: { not_before: notBefore, tries: 1 } } });
  expect(await done(id)).toBe("done");
});

it("what an attempt inherits: of git's variables those that say how, not where; no other attempt's variables, its own and fleet first on PATH", async () => {
  await using own = await Fleet.make();
  await own.ok(["run", "start"], {
    env: {
      GIT_DIR: "/x",
      GIT_INDEX_FILE: "/x",
      GIT_CEILING_DIRECTORIES: "/x",
      GIT_SSH_COMMAND: "ssh -i key",
      GIT_AUTHOR_NAME: "Ann",
      GIT_CONFIG_COUNT: "1",
      GIT_CONFIG_KEY_0: "user.nickname",
      GIT_CONFIG_VALUE_0: "A",
      CLAUDECODE: "1",
      CLAUDE_CODE_SESSION_ID: "outer",
      CLAUDE_CONFIG_DIR: "/mine",
      TMUX: "/tmp/tmux",
      FLEET_SUBREAPER: "1",
      BEADS_ACTOR: "him",
      KEPT: "yes",
      // Nowhere installed, of which perl would tell the coder's standard error.
      LANG: "xx_XX.UTF-8",
      LC_ALL: undefined,
    },
  });
  const id = await own.task("environment", "env; command -v fleet; command -v bd", {
    metadata: { path: process.env["PATH"] },
  });
  await own.settled(id, "closed");
  const log = readFileSync(join(own.dir(id), "log.jsonl"), "utf8");
  const env = new Map(
    log
      .split("\n")
      .map((line): [string, string] => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
  const { uuid }: { uuid: string } = JSON.parse(readFileSync(join(own.dir(id), "attempt.json"), "utf8"));
  expect([...env.keys()].filter((name) => /^(?:GIT_(?!TRACE2_)|CLAUDE|TMUX|FLEET_SUB)/.test(name)).sort()).toEqual([
    "CLAUDE_CONFIG_DIR",
    "GIT_AUTHOR_NAME",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_KEY_0",
    "GIT_CONFIG_VALUE_0",
    "GIT_SSH_COMMAND",
  ]);
  expect([env.get("FLEET_ATTEMPT_ID"), env.get("FLEET_TASK_ID"), env.get("FLEET_HOME")]).toEqual([uuid, id, own.home]);
  expect([env.get("BEADS_ACTOR"), env.get("KEPT")]).toEqual([`shell/${uuid.slice(0, 4)}`, "yes"]);
  expect([env.get("LANG"), env.has("PERL_BADLANG")]).toEqual(["xx_XX.UTF-8", false]);
  expect(readFileSync(join(own.dir(id), "log.stderr"), "utf8")).toBe("");
  expect(log.match(/\/\.git\/fleet\/bin\/(fleet|bd)\n/g)).toHaveLength(2);
  const supervisor = own.supervisor() ?? 0;
  expect(readFileSync(`/proc/${supervisor}/environ`, "latin1")).not.toMatch(/(^|\0)FLEET_(ATTEMPT|TASK)_ID=/);
});

it("after all of them no process is left", async () => {
  await until("no process", () => fleet.processes().length === 0);
});
