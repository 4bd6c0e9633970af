/** config.yaml: what is taken, what is refused and how that is said, and how one setting is put into it. Durations. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";

import { ConfigWatch, parseConfig } from "../../src/settings/file.ts";
import { DEFAULTS } from "../../src/settings/defaults.ts";
import { CHOICES, KEYS } from "../../src/settings/schema.ts";
import { withSetting } from "../../src/app/settings/set.ts";
import { duration, parseDuration } from "@fleet/kit/duration";
import { CommandError } from "../../src/app/errors.ts";

describe("a config.yaml that is good", () => {
  it.each<[text: string, expected: Record<string, unknown>]>([
    ["", {}],
    ["# nothing but a remark\n", {}],
    ["max_concurrent: 10", { max_concurrent: 10 }],
    ["poll_interval: 50ms\ntask_timeout: 1h30m", { poll_interval: 50, task_timeout: 5_400_000 }],
    ["kill_grace: 5", { kill_grace: 5_000 }],
    ["max_per_coder: { claude: 4 }", { max_per_coder: { claude: 4 } }],
    ["context_threshold: 0.5", { context_threshold: 0.5 }],
    ["env:\n  claude:\n    A: b", { env: { claude: { A: "b" } } }],
  ])("%j", (text, expected) => expect(parseConfig(text)).toEqual({ ok: true, config: { ...DEFAULTS, ...expected } }));

  it("every setting has a meaning in words", () => {
    for (const [key, means] of KEYS) expect([key, means.length > 5]).toEqual([key, true]);
  });
});

describe("a config.yaml that is not", () => {
  it.each<[text: string, problem: RegExp]>([
    ["max_concurent: 3", /^unknown setting max_concurent \(did you mean max_concurrent\?/],
    ["launch_grace: 1s", /^unknown setting launch_grace \(.*fleet config show lists all\)/],
    ["liveness: { working_within: 1m }", /^unknown setting liveness\.working_within \(.*fleet config show lists all\)/],
    ["max_concurrent: many", /^max_concurrent: /],
    ["max_concurrent: 0", /^max_concurrent: /],
    ["max_concurrent: 1.5", /^max_concurrent: /],
    ["default_coder: nope", /^default_coder: unknown coder nope \(choose from: claude, .*shell/],
    ["poll_interval: 0", /^poll_interval: must be at least 20ms/],
    ["poll_interval: soon", /^poll_interval: .*not a duration: "soon" \(write 90s, 10m, 2h\)/],
    ["poll_interval: -3", /^poll_interval: /],
    ["task_timeout: [1]", /^task_timeout: /],
    ["context_threshold: 2", /^context_threshold: /],
    ["max_per_coder: { a: zero }", /^max_per_coder\.a: /],
    ["env: { claude: { A: 1 } }", /^env\.claude\.A: /],
    ["- a list", /^config\.yaml: /],
    ["just text", /^config\.yaml: /],
    ["a: 1\nb: [\n", /^config\.yaml:\d+:\d+: /],
    ["max_concurrent: 3\n\tx: 1", /^config\.yaml:2:1: /],
    ["max_concurrent: 1\nmax_concurrent: 2", /^config\.yaml:2:\d+: duplicated mapping key/],
    ["coders: { Bad: { argv: [x], prompt: stdin } }", /^coders/],
    ["coders: { x: { argv: [], prompt: stdin } }", /^coders\.x: argv must begin with the command|^coders\.x: argv/],
    ["coders: { x: { argv: [x], prompt: telepathy } }", /^coders\.x: prompt/],
    ["coders: { x: { argv: [x, '{promt}'], prompt: argument } }", /^coders\.x: /],
  ])("%j", (text, problem) => {
    const checked = parseConfig(text);
    if (checked.ok) throw new Error("it was taken");
    expect(checked.problems.join("\n")).toMatch(problem);
  });
});

describe("what is offered for a setting", () => {
  it.each([...CHOICES].flatMap(([key, values]) => values.map((value) => [key, value] as const)))(
    "%s=%s is taken, another word is not",
    (key, value) => {
      expect(parseConfig(withSetting("", key, value))).toMatchObject({ ok: true });
      expect(() => withSetting("", key, `${value}x`)).toThrow(`${key}: must be `);
    },
  );

  it("each switch, and each choice of words", () =>
    expect([...CHOICES.keys()]).toEqual(expect.arrayContaining(["auto_resume", "mcp", "resume_on_parked"])));
});

describe("one setting put into the file a person wrote", () => {
  const written = "# mine\nmax_concurrent: 3 # few\n\n# quick\npoll_interval: 1s\n";
  it.each<[key: string, value: string, expected: string]>([
    ["max_concurrent", "10", "# mine\nmax_concurrent: 10 # few\n\n# quick\npoll_interval: 1s\n"],
    ["default_model", "a$&b", `${written}default_model: a$&b\n`],
    ["task_timeout", "4h", `${written}task_timeout: 4h\n`],
    ["poll_interval", "", "# mine\nmax_concurrent: 3 # few\n\n# quick\n"],
    ["max_attempts", "", written],
  ])("%s = %j keeps remarks and order", (key, value, expected) =>
    expect(withSetting(written, key, value)).toBe(expected),
  );

  it("one written over several lines", () => {
    const block = "checks:\n  - npm test\n  - npm run lint\nmax_concurrent: 2\n";
    expect(parseConfig(withSetting(block, "checks", "[make]"))).toMatchObject({
      config: { checks: ["make"], max_concurrent: 2 },
    });
    expect(parseConfig(withSetting(block, "checks", ""))).toMatchObject({ config: { checks: [], max_concurrent: 2 } });
    expect(parseConfig(withSetting("checks:\n- npm test\n", "checks", "[make]"))).toMatchObject({
      config: { checks: ["make"] },
    });
  });

  it("a nested one", () => {
    expect(parseConfig(withSetting(written, "max_per_coder.claude", "4"))).toMatchObject({
      config: { max_concurrent: 3, max_per_coder: { claude: 4 } },
    });
    const two = withSetting(withSetting("", "env.claude.A", "b"), "env.claude.C", "d");
    expect(parseConfig(two)).toMatchObject({ config: { env: { claude: { A: "b", C: "d" } } } });
    expect(parseConfig(withSetting(two, "env.claude.A", ""))).toMatchObject({
      config: { env: { claude: { C: "d" } } },
    });
  });

  it.each([
    ["max_concurrent", "many"],
    ["no_such", "1"],
    ["max_concurrent", "[1"],
    ["__proto__.x", "1"],
    ["max_per_coder.__proto__", "1"],
    ["poll_interval", "soon"],
    ["default_coder", "nope"],
    ["task_timeout", "0s"],
    ["task_timeout", "99999999d"],
    ["check_timeout", "0"],
    ["max_concurrent", "1e9"],
    ["max_concurrent", "1001"],
  ])("%s = %j is refused, and the file stays", (key, value) =>
    expect(() => withSetting(written, key, value)).toThrow(CommandError),
  );
});

it.each(["max_concurrent: [\ntask_timeout: 1h\n", "a: b: c\n", "- a\n- b\n", "only words\n"])(
  "a file that can't be read (%j) is not written over",
  (broken) => expect(() => withSetting(broken, "max_concurrent", "2")).toThrow(/config\.yaml.*nothing was set/),
);

it.each([
  ["max_concurrent: abc", 'max_concurrent: must be a number, not "abc"'],
  ["max_concurrent: 1.5", "max_concurrent: must be a whole number, not 1.5"],
  ["max_concurrent: 0", "max_concurrent: must be at least 1, not 0"],
  ["max_concurrent: 5000", "max_concurrent: must be at most 1000, not 5000"],
  ["mcp: maybe", 'mcp: must be true or false, not "maybe"'],
  ["resume_on_parked: now", 'resume_on_parked: must be wait or fresh, not "now"'],
  ["checks: make", 'checks: must be a list, not "make"'],
  ["max_per_coder: 3", "max_per_coder: must be a map of names, not 3"],
  ["default_coder: ''", "default_coder: must not be empty"],
  ["task_timeout: [1]", "task_timeout: not understood: a list"],
  ["max_concurrent: &a [*a]", "config.yaml: an alias (*name) is inside what it names"],
  ["task_timeout: 0s", "task_timeout: must be longer than 0s"],
])("%s is refused in words", (text, said) => expect(parseConfig(text)).toMatchObject({ ok: false, problems: [said] }));

it("a file with too many aliases or levels is refused, and does not stop the supervisor", () => {
  const nines = (name: string): string => `[${`${name},`.repeat(9)}]`;
  const doubled = "abcdefgh"
    .split("")
    .map((name, at, all) => `${all[at + 1] ?? "z"}: &${all[at + 1] ?? "z"} ${nines(`*${name}`)}\n`);
  const problem = (text: string): string => {
    const read = parseConfig(text);
    return read.ok ? "" : read.problems.join();
  };
  expect(problem(`a: &a ${nines("x")}\n${doubled.join("")}`)).toBe(
    "config.yaml: it holds more than 100000 values, those behind aliases (*name) counted",
  );
  expect(problem(`a: ${"[".repeat(70)}${"]".repeat(70)}`)).toBe("config.yaml: it is nested deeper than 64 levels");
  expect(problem(`a: ${"[".repeat(200_000)}`)).toMatch(/^config\.yaml:/);
});

it("a file that becomes invalid keeps the last good settings, and is read again when it is fixed", () => {
  const home = mkdtempSync(join(tmpdir(), "fleet-config-"));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const write = (text: string): void => writeFileSync(join(home, "config.yaml"), text);
  const watch = new ConfigWatch(home);
  expect(watch.look()).toMatchObject({ kind: "changed", config: DEFAULTS });
  write("max_concurrent: 7");
  expect(watch.look()).toMatchObject({ kind: "changed" });
  expect(watch.look()).toEqual({ kind: "same" });
  write("max_concurrent: seven");
  expect(watch.look()).toMatchObject({ kind: "bad" });
  expect(watch.config.max_concurrent).toBe(7);
  expect(watch.problems).toHaveLength(1);
  write("max_concurrent: 8");
  expect(watch.look()).toMatchObject({ kind: "changed" });
  expect([watch.config.max_concurrent, watch.problems]).toEqual([8, []]);
});

describe("durations", () => {
  it.each<[string | number, number | undefined]>([
    ["90s", 90_000],
    ["1h30m", 5_400_000],
    ["1.5h", 5_400_000],
    ["50ms", 50],
    ["2d", 172_800_000],
    [" 5 m ", 300_000],
    ["7", 7_000],
    [0, 0],
    [3, 3_000],
    [-1, undefined],
    [Number.NaN, undefined],
    ["", undefined],
    ["soon", undefined],
    ["5 parsecs", undefined],
    ["-5s", undefined],
    // An expression that could read it in many ways took for ever.
    ["1111111111111111111111111111x", undefined],
    ["1h30m", 5_400_000],
  ])("%j is %j ms", (written, millis) => expect(parseDuration(written)).toBe(millis));

  it.each([
    [0, "0s"],
    [59_400, "59s"],
    [65_000, "1m05s"],
    [120_000, "2m"],
    [3_599_000, "59m"],
    [3_900_000, "1h05m"],
    [100_000_000, "1d3h"],
    [-5, "0s"],
  ])("%i ms is %s", (millis, words) => expect(duration(millis)).toBe(words));
});
