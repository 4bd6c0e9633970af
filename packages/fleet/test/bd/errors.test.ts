/** The three families of refusals (as beads 1.0.5): where the message goes with and without --json; always exit 1. */
import { describe, expect, test } from "vitest";

import { ofHome } from "../../src/bd/named-home.ts";
import { initialized, makeWorld, type World } from "./world.ts";

type Family = "stdout" | "stderr" | "plain";

async function prepared(): Promise<World> {
  const world = await initialized();
  for (const argv of [
    ["create", "A", "--id", "tt-a"],
    ["create", "B", "--id", "tt-b"],
    ["create", "Epic", "--id", "tt-ep", "-t", "epic"],
    ["create", "kid", "--parent", "tt-ep"],
    ["create", "Pinned", "--id", "tt-pin"],
    ["update", "tt-pin", "--status", "pinned"],
    ["dep", "add", "tt-b", "tt-a"],
    ["update", "tt-a", "--claim", "--actor", "w1"],
  ]) {
    const { exit, stderr } = await world.bd(argv);
    if (exit !== 0) throw new Error(stderr);
  }
  return world;
}

describe("refusals", () => {
  test("each goes where bd sends it", async () => {
    using world = await prepared();
    const cases: [argv: string[], family: Family, message: string | RegExp][] = [
      [["show", "tt-nope"], "stdout", "no issues found matching the provided IDs"],
      [["close", "tt-nope"], "stdout", 'resolving ID tt-nope: no issue found matching "tt-nope"'],
      [["dep", "add", "tt-a", "tt-b"], "stdout", "adding dependency would create a cycle"],
      [["dep", "add", "tt-a", "tt-a"], "stdout", /self-dependency/],
      [["remember", " "], "stdout", "memory content cannot be empty"],
      [["update", "tt-a", "--status", "nope"], "stdout", /^invalid status "nope" \(built-in: open/],
      [["ready", "--claim", "--assignee", "x"], "stdout", "--claim cannot be combined with --assignee"],
      [["comment", "tt-a"], "stdout", /no comment text provided/],
      [["create", ""], "stderr", "validation failed for issue : title is required"],
      [["create", "x".repeat(501)], "stderr", /title must be 500 characters or less \(got 501\)/],
      [["create", "x", "-p", "9"], "stderr", /^invalid priority "9"/],
      [["create", "x", "--cwd", "/nowhere/at/all"], "stderr", /--cwd \/nowhere\/at\/all/],
      [["create", "x", "--coder", "claud"], "stderr", /unknown coder "claud" \(choose from: claude, codex/],
      [["create", "x", "--id", "tt-a"], "stderr", "issue tt-a already exists"],
      [["create", "x", "--id", "other-1"], "stderr", /prefix mismatch/],
      [["create", "x", "--parent", "tt-zzz"], "stderr", "parent issue tt-zzz not found"],
      [["create", "x", "--readonly"], "stderr", "operation 'create' is not allowed in read-only mode"],
      [["delete", "tt-nope", "--force"], "stderr", "issue tt-nope not found"],
      [["list", "--status", "bogus"], "stderr", /invalid status "bogus"/],
      [
        ["list", "--created-after", "bogus"],
        "stderr",
        /^parsing --created-after: cannot parse time expression: "bogus"/,
      ],
      [["update", "tt-a", "--claim", "--actor", "w2"], "plain", /^Error claiming tt-a: issue already claimed by w1\n/],
      [["update", "tt-nope", "--claim"], "plain", /^Error resolving tt-nope: no issue found matching "tt-nope"\n/],
      [["close", "tt-b"], "plain", /^cannot close tt-b: blocked by open issues \[tt-a\] \(use --force to override\)\n/],
      [["close", "tt-ep"], "plain", /^cannot close epic tt-ep: 1 open child issue\(s\)/],
      [["close", "tt-pin"], "plain", /^cannot modify pinned issue tt-pin \(use --force to override\)/],
      [["reopen", "tt-nope"], "plain", /^Error resolving tt-nope/],
    ];
    for (const [argv, family, message] of cases) {
      const text = await world.bd(argv);
      expect({ argv, exit: text.exit, stdout: text.stdout }).toEqual({ argv, exit: 1, stdout: "" });
      const json = await world.bd([...argv, "--json"]);
      expect({ argv, exit: json.exit }).toEqual({ argv, exit: 1 });
      expect(json.stderr).not.toBe("");
      if (family === "plain") {
        expect(text.stderr).toMatch(message);
        expect(json.stderr).toMatch(message);
        expect(json.stdout).toBe("");
        continue;
      }
      const body: unknown = JSON.parse(json[family]);
      const wanted: unknown = typeof message === "string" ? message : expect.stringMatching(message);
      expect(body).toMatchObject({ error: wanted, schema_version: 1 });
      const hint = /^Hint: (.*)$/ms.exec(text.stderr)?.[1]?.trim();
      if (hint !== undefined) expect(`${json.stdout}${json.stderr}`).toContain(JSON.stringify(hint));
      if (family === "stderr") expect(json.stdout).toBe("");
    }
  });

  test("with --json a refusal of one issue says what to do instead, whichever verb refuses", async () => {
    using world = await prepared();
    const cases: [argv: string[], family: "stdout" | "stderr" | "text", hint: RegExp][] = [
      [["dep", "add", "tt-a", "tt-b"], "stdout", /bd dep/],
      [["close", "tt-b"], "text", /--force|bd /],
      [["delete", "--force"], "stderr", /bd delete ID --force/],
    ];
    for (const [argv, family, hint] of cases) {
      const { stdout, stderr } = await world.bd([...argv, "--json"]);
      if (family === "text") expect(stderr, argv.join(" ")).toMatch(hint);
      else
        expect(JSON.parse(family === "stdout" ? stdout : stderr), argv.join(" ")).toMatchObject({
          hint: expect.stringMatching(hint),
        });
    }
  });

  test("an error in the envelope", async () => {
    using world = await initialized();
    const { stdout } = await world.bd(["close", "tt-x", "--json"], { env: { BD_JSON_ENVELOPE: "1" } });
    const data = { error: expect.stringContaining("tt-x"), hint: "fleet bd list --all" };
    expect(JSON.parse(stdout)).toEqual({ data, schema_version: 1 });
  });

  test("misuse: the message, the usage, and what was probably meant", async () => {
    using world = await initialized();
    const flag = await world.bd(["create", "x", "--prioritty", "1", "--json"]);
    expect(flag).toMatchObject({ exit: 1, stdout: "" });
    expect(flag.stderr).toMatch(/^Error: unknown flag: --prioritty\nDid you mean --priority\?\nUsage:\n {2}bd create/);
    const verb = await world.bd(["craete"]);
    expect(verb).toMatchObject({ exit: 1, stdout: "" });
    expect(verb.stderr).toMatch(
      /^Error: unknown command "craete" for "bd"\n[^]*create[^]*Run 'bd --help' for usage\.\n$/,
    );
    const below = await world.bd(["dep", "ad", "a", "b"]);
    expect(below).toMatchObject({ exit: 1, stdout: "" });
    expect((await world.bd(["label", "bogus"])).stderr).toMatch(/unknown command "bogus" for "bd label"/);
    expect((await world.bd(["recall"])).stderr).toMatch(/^Error: accepts 1 arg\(s\), received 0\nUsage:/);
  });

  test("no home: reads say so, the first write makes it and says so", async () => {
    using world = makeWorld();
    for (const argv of [
      ["ready", "--json"],
      ["list"],
      ["show", "tt-a"],
      ["update", "tt-a", "--claim"],
      ["close", "tt-a"],
    ]) {
      const { exit, stdout, stderr } = await world.bd(argv);
      expect({ argv, exit, stdout }).toEqual({ argv, exit: 1, stdout: "" });
      expect(stderr).toMatch(/^Error: no beads database found\nHint: [^]*fleet init/);
    }
    for (const argv of [["version"], ["help"], ["prime"], ["--help"], ["create", "--help"], ["quickstart"], ["doctor"]])
      expect(await world.bd(argv)).toMatchObject({ exit: 0, stderr: "" });
    expect((await world.bd(["prime"])).stdout).toBe("");
    expect(JSON.parse((await world.bd(["prime", "--hook-json"])).stdout)).toEqual({
      hookSpecificOutput: { hookEventName: "SessionStart", additionalContext: "" },
    });
    expect(await world.bd(["where"])).toMatchObject({ exit: 1, stdout: "" });
    const made = await world.bd(["create", "First", "--silent"]);
    expect(made).toMatchObject({ exit: 0, stderr: expect.stringContaining(world.fleetHome) });
    expect(made.stdout).toMatch(/^fleet-[0-9a-z]{3}\n$/);
    const again = await world.bd(["init"]);
    expect(again).toMatchObject({ exit: 1, stdout: "", stderr: expect.stringMatching(/already initialized/) });
  });

  test("-C with something that is not a directory: refused, and nothing is created", async () => {
    using world = await initialized();
    for (const [given, why] of [
      ["/nonexistent", "no such directory"],
      ["/dev/null", "not a directory"],
      ["/dev/null/x", "ENOTDIR"],
    ] as const)
      for (const argv of [["create", "x"], ["list"]])
        expect(await world.bd(["-C", given, ...argv])).toEqual({
          exit: 1,
          stdout: "",
          stderr: `Error: cannot use -C directory "${given}": ${why}\n`,
        });
    expect(await world.json(["list"])).toEqual([]);
    expect(await world.bd(["-C", "/", "list"])).toMatchObject({ exit: 0 });
  });

  test("verbs of beads that have no place here are refused; those that scripts end a session with are not", async () => {
    using world = await initialized();
    expect(await world.bd(["mol", "list", "--json"])).toMatchObject({
      exit: 1,
      stdout: "",
      stderr: expect.stringMatching(/^Error: 'bd mol' is not supported by this store/),
    });
    for (const argv of [
      ["sync"],
      ["sync", "--flush-only"],
      ["dolt", "push"],
      ["doctor", "--fix"],
      ["codex-hook", "SessionStart"],
    ])
      expect(await world.bd(argv)).toMatchObject({ exit: 0 });
  });
});

test("what --db names is in the command to run, too", async () => {
  using world = await initialized();
  const other = await world.bd(["--db", world.fleetHome, "show", "nope"], { env: { FLEET_HOME: undefined } });
  expect(other.stderr).toContain(`FLEET_HOME=${world.fleetHome} fleet bd list`);
  expect((await world.bd(["show", "nope"])).stderr).not.toContain("FLEET_HOME=");
  expect(ofHome("no fleet home; run fleet init, or: fleet bd list", "/a b")).toBe(
    "no fleet home; run FLEET_HOME='/a b' fleet init, or: FLEET_HOME='/a b' fleet bd list",
  );
});
