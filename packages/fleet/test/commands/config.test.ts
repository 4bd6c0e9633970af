/** `fleet config`: get, set, unset, edit, path, and what each says of a file that is invalid. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { Fleet } from "../support/fleet.ts";

/** Each test has a file of its own: one that says what was overtaken a moment ago is about to be written anew. */
let FILE = "";
const fileOf = (n: number): string =>
  `# mine ${n}\nmax_concurrent: 3 # few\nlimits:\n  claude:\n    usd: 5 # dear\ntask_timeout: 1h\n`;

let fleet: Fleet;
const yaml = (): string => readFileSync(join(fleet.home, "config.yaml"), "utf8");
const write = (text: string): void => writeFileSync(join(fleet.home, "config.yaml"), text);
const ok = async (...args: string[]): Promise<string> => await fleet.ok(["config", ...args]);

beforeAll(async () => {
  fleet = await Fleet.make();
});
afterAll(async () => {
  await fleet[Symbol.asyncDispose]();
});
let tests = 0;
beforeEach(async () => {
  FILE = fileOf(tests++);
  write(FILE);
  await ok("set", "max_attempts=3");
});

describe("a value", () => {
  it("is printed alone, as it would be written, at any depth", async () => {
    expect(await ok("get", "task_timeout")).toBe("1h\n");
    expect(await ok("get", "limits.claude.usd")).toBe("5\n");
    expect(await ok("get", "limits.claude")).toBe('{"usd":5}\n');
    expect(await ok("get", "liveness.hung_after")).toBe("15m\n");
    expect(await ok("get", "default_model")).toBe("\n");
    expect(await ok("get", "task_timeout", "mcp")).toBe("task_timeout = 1h\nmcp = true\n");
    expect(JSON.parse(await ok("get", "task_timeout", "default_model", "--json"))).toMatchObject({
      task_timeout: "1h",
      default_model: null,
    });
  });

  it("is set and reset in its own line, and told back with its unit", async () => {
    expect(await ok("set", "task_timeout=5400s", "limits.claude.usd=7")).toBe(
      "task_timeout = 90m\nlimits.claude.usd = 7\n",
    );
    expect(yaml()).toBe(`${FILE.replace("1h", "5400s").replace("usd: 5", "usd: 7")}max_attempts: 3\n`);
    expect(await ok("unset", "task_timeout", "limits.claude.usd")).toBe(
      "task_timeout reset to its default (2h)\nlimits.claude.usd reset to its default (none)\n",
    );
    expect(yaml()).toMatch(/^# mine \d\nmax_concurrent: 3 # few\n/);
    expect(yaml()).not.toContain("usd");
    expect(JSON.parse(await ok("set", "keep_size=2GB", "--json"))).toMatchObject({ keep_size: "2GB" });
    expect(JSON.parse(await ok("unset", "keep_size", "--json"))).toMatchObject({ keep_size: null });
  });

  it("of a name that is none is refused, with the one that was meant", async () => {
    const { code, stderr } = await fleet.run(["config", "get", "max_concurent"]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/unknown setting max_concurent\n.*get max_concurrent/)]);
    const unset = await fleet.run(["config", "unset", "max_concurent"]);
    expect([unset.code, unset.stderr]).toEqual([
      2,
      expect.stringMatching(/unknown setting max_concurent\n.*unset max_concurrent/),
    ]);
    for (const words of [["get"], ["unset"], ["set"], ["show", "mcp"]])
      expect([words, (await fleet.run(["config", ...words])).code]).toEqual([words, 2]);
  });
});

it("show prints durations and sizes with their units, for people and for programs", async () => {
  expect(await ok("show")).toMatch(/^task_timeout +1h +\(set\) /m);
  expect(JSON.parse(await ok("show", "--json"))).toMatchObject({
    task_timeout: "1h",
    min_free_memory: "100MB",
    liveness: { hung_after: "15m" },
    limits: { claude: { usd: 5 } },
    max_concurrent: 3,
  });
  expect(await ok("path")).toBe(`${join(fleet.home, "config.yaml")}\n`);
});

it("an invalid file: show prints the values in force and the problem, and fails", async () => {
  write("task_timeout: [\n");
  const shown = await fleet.run(["config", "show", "--json"]);
  expect([shown.code, JSON.parse(shown.stdout)]).toEqual([1, expect.objectContaining({ task_timeout: "1h" })]);
  expect(shown.stderr).toContain("config.yaml is invalid; still using the previous settings: config.yaml:");
  const got = await fleet.run(["config", "get", "max_concurrent"]);
  expect([got.code, got.stdout, got.stderr]).toEqual([0, "3\n", expect.stringContaining("is invalid")]);
  expect(JSON.parse(await ok("path", "--json"))).toMatchObject({ problems: [expect.stringContaining("config.yaml:")] });
  expect((await fleet.run(["config", "set", "mcp=false"])).stderr).toMatch(/nothing was set\n.*run: fleet config edit/);
  expect(yaml()).toBe("task_timeout: [\n");
  // What was declared before is still what --coder takes.
  expect((await fleet.run(["bd", "create", "x", "--coder", "claude"])).code).toBe(0);
});

describe("edit", () => {
  const editor = (script: string) => ({ env: { VISUAL: `sh -c '${script}' sh` } });

  it("saves and commits what is valid, and says when nothing was changed", async () => {
    const done = await fleet.run(["config", "edit"], editor('echo "mcp: false" >>"$1"'));
    expect(done).toMatchObject({ code: 0, stdout: "config.yaml saved and committed.\n" });
    expect(await ok("get", "mcp")).toBe("false\n");
    expect((await fleet.run(["config", "edit"], editor("true"))).stdout).toBe("No changes.\n");
    const told = await fleet.run(["config", "edit", "--json"], editor("true"));
    expect(JSON.parse(told.stdout)).toEqual({ schema_version: 1, result: "unchanged" });
    expect((await fleet.ok(["log", "-n", "1"])).trim()).toContain("config.yaml edited, by ");
  });

  it("accepts nothing invalid, and fixes an invalid file", async () => {
    const bad = await fleet.run(["config", "edit"], editor('echo "max_attempts: many" >"$1"'));
    expect([bad.code, bad.stderr]).toEqual([
      1,
      expect.stringMatching(/invalid: max_attempts: must be.*\nNothing was saved/),
    ]);
    expect(await ok("get", "max_attempts")).toBe("3\n");
    write("a: [\n");
    expect((await fleet.run(["config", "edit"], editor('echo "max_attempts: 4" >"$1"'))).code).toBe(0);
    expect(await ok("get", "max_attempts")).toBe("4\n");
    const gone = await fleet.run(["config", "edit"], editor("exit 3"));
    expect([gone.code, gone.stderr]).toEqual([1, expect.stringContaining("failed, so nothing was changed")]);
  });

  it("keeps what was written while the file became another", async () => {
    const beside = `echo "max_attempts: 5" >${join(fleet.home, "config.yaml")}`;
    const { code, stderr } = await fleet.run(["config", "edit"], editor(`echo "# mine" >>"$1"; ${beside}`));
    expect([code, stderr]).toEqual([1, expect.stringContaining("config.yaml changed in the meantime")]);
    const file = /^What you wrote is kept in (.*)$/m.exec(stderr)?.[1] ?? "";
    expect(readFileSync(file, "utf8")).toMatch(/# mine\n$/);
    rmSync(dirname(file), { recursive: true });
  });
});
