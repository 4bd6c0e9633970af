/** Which setting holds for a task, and where it was said: one rule over task, project, coder, fleet and default. */
import { describe, expect, it } from "vitest";

import { limitsOf } from "../../src/attempts/limits/of-task.ts";
import { effective, type Setting } from "../../src/settings/effective/effective.ts";
import { type Name, RULES } from "../../src/settings/effective/rules.ts";
import { projectsAround } from "../../src/settings/effective/project.ts";
import { PROJECT_KEYS } from "../../src/settings/effective/project-schema.ts";
import { parseConfig } from "../../src/settings/file.ts";
import { DEFAULTS } from "../../src/settings/defaults.ts";
import type { Config } from "../../src/settings/schema.ts";

function configOf(text: string): Config {
  const read = parseConfig(text);
  if (!read.ok) throw new Error(read.problems.join("\n"));
  return read.config;
}

const CONFIG = configOf(`
default_coder: claude
default_model: sonnet
max_attempts: 5
task_timeout: 1h
checks: [make]
coders:
  codex: { args: [--full-auto], wrap: [nice], model: gpt }
limits:
  codex: { tokens: 40, timeout: 2h }
liveness:
  hung_after: 20m
  coders: { codex: { hung_after: 30m } }
env:
  codex: { A: coder, B: coder }
projects:
  /w: { coder: codex, max_attempts: 2, limits: { tokens: 30 }, env: { B: w, C: w }, max: 4, liveness: { quiet_after: 1m } }
  /w/app: { checks: [npm test], limits: { tokens: 20, usd: none }, env: { C: app } }
  /w/opus: { coder: claude, model: opus }
`);

const at = (cwd: string, more: Readonly<Record<string, unknown>> = {}) =>
  effective(CONFIG, { metadata: { cwd, ...more } });
const said = ({ value, from, at: key }: Setting<unknown>): readonly unknown[] => [value, from.kind, key];

it("answers whoever asks twice of one task with the same, and anew of other settings or another task", () => {
  const metadata = { cwd: "/w", coder: "gemini" };
  const first = effective(CONFIG, { metadata });
  expect(effective(CONFIG, { metadata })).toBe(first);
  expect(effective(CONFIG, { metadata }, "shell").value("model")).toBeNull();
  expect(effective({ ...CONFIG, max_attempts: 7, projects: {} }, { metadata }).value("max_attempts")).toBe(7);
  expect(effective(CONFIG, { metadata: { cwd: "/elsewhere" } }).value("coder")).toBe("claude");
  expect(effective(CONFIG, { metadata }).value("coder")).toBe("gemini");
});

describe("the setting nearest to a task holds", () => {
  it.each<[what: string, cwd: string, own: Readonly<Record<string, unknown>>, name: Name, expected: unknown[]]>([
    ["the task's own", "/w/app", { coder: "gemini" }, "coder", ["gemini", "task", "metadata.coder"]],
    ["its project's", "/w/app", {}, "coder", ["codex", "project", "projects./w.coder"]],
    ["the innermost project's", "/w/opus/x", {}, "coder", ["claude", "project", "projects./w/opus.coder"]],
    ["the fleet's", "/elsewhere", {}, "coder", ["claude", "fleet", "default_coder"]],
    ["no project of a name that only begins alike", "/wide", {}, "coder", ["claude", "fleet", "default_coder"]],
    ["a limit of the task", "/w", { limits: { tokens: 9 } }, "limits.tokens", [9, "task", "metadata.limits.tokens"]],
    ["one of the project", "/w/app", {}, "limits.tokens", [20, "project", "projects./w/app.limits.tokens"]],
    ["one of the coder", "/x", { coder: "codex" }, "limits.tokens", [40, "coder", "limits.codex.tokens"]],
    [
      "a coder's before the fleet's",
      "/x",
      { coder: "codex" },
      "limits.timeout",
      [7_200_000, "coder", "limits.codex.timeout"],
    ],
    ["the fleet's time", "/x", {}, "limits.timeout", [3_600_000, "fleet", "task_timeout"]],
    [
      "a limit that is lifted",
      "/w/app",
      { limits: { tokens: "none" } },
      "limits.tokens",
      [null, "task", "metadata.limits.tokens"],
    ],
    ["one that nobody set", "/x", {}, "limits.usd", [null, "default", null]],
    ["checks of the project", "/w/app", {}, "checks", [["npm test"], "project", "projects./w/app.checks"]],
    ["no checks where the task wants none", "/w/app", { checks: [] }, "checks", [[], "task", "metadata.checks"]],
    ["checks of the fleet", "/w", {}, "checks", [["make"], "fleet", "checks"]],
    ["tries of the project", "/w", {}, "max_attempts", [2, "project", "projects./w.max_attempts"]],
    [
      "liveness of the task",
      "/w",
      { hung_after: "1h" },
      "liveness.hung_after",
      [3_600_000, "task", "metadata.hung_after"],
    ],
    ["of the project", "/w", {}, "liveness.quiet_after", [60_000, "project", "projects./w.liveness.quiet_after"]],
    ["of the coder", "/w", {}, "liveness.hung_after", [1_800_000, "coder", "liveness.coders.codex.hung_after"]],
    ["of the fleet", "/x", {}, "liveness.hung_after", [1_200_000, "fleet", "liveness.hung_after"]],
    ["the default", "/x", {}, "check_timeout", [600_000, "default", null]],
    ["flags of the coder", "/w", {}, "args", [["--full-auto"], "coder", "coders.codex.args"]],
    ["the command in front of it", "/w", {}, "wrap", [["nice"], "coder", "coders.codex.wrap"]],
  ])("%s", (_what, cwd, own, name, expected) => expect(said(at(cwd, own).of(name))).toEqual(expected));

  it("a model holds where its level would choose the task's coder", () => {
    expect(said(at("/x").of("model"))).toEqual(["sonnet", "fleet", "default_model"]);
    expect(said(at("/w").of("model"))).toEqual(["gpt", "coder", "coders.codex.model"]);
    expect(said(at("/w/opus").of("model"))).toEqual(["opus", "project", "projects./w/opus.model"]);
    expect(said(at("/w/opus", { coder: "codex" }).of("model"))).toEqual(["gpt", "coder", "coders.codex.model"]);
    expect(said(at("/w/opus", { coder: "gemini" }).of("model"))).toEqual([null, "default", null]);
    expect(said(at("/x", { coder: "gemini", model: "flash" }).of("model"))).toEqual([
      "flash",
      "task",
      "metadata.model",
    ]);
  });

  it("variables are taken one by one, the innermost first", () => {
    const variables = [...at("/w/app").env()].map(([name, { value, at: key }]) => [name, value, key]);
    expect(variables).toEqual([
      ["A", "coder", "env.codex.A"],
      ["B", "w", "projects./w.env.B"],
      ["C", "app", "projects./w/app.env.C"],
    ]);
  });

  it("a running attempt keeps its coder's settings, even if the task would get another coder now", () => {
    expect(effective(CONFIG, { metadata: { cwd: "/x" } }, "codex").value("liveness.hung_after")).toBe(1_800_000);
  });

  it("settings of an untrusted task from a sync do not apply", () => {
    const { value } = effective(CONFIG, { metadata: { cwd: "/x", coder: "shell", fleet: { outside: ["coder"] } } });
    expect(value("coder")).toBe("claude");
  });

  it("what can't be understood on a task is reported, and is not 'no limit'", () => {
    expect(limitsOf({ metadata: { limits: { turns: "many" } } }, CONFIG)).toMatchObject({ ok: false });
    const soon = at("/x", { hung_after: "soon" });
    expect(soon.problems.liveness).toEqual([
      "hung_after=soon of the task is not a duration (90s, 10m, 2h), so it is not used",
    ]);
    expect(soon.value("liveness.hung_after")).toBe(1_200_000);
  });

  it("without anything said, everything is the default", () => {
    const { of } = effective(DEFAULTS, { metadata: { cwd: "/x" } });
    expect(of("coder")).toEqual({ value: "", from: { kind: "default" }, at: null });
    expect(of("checks")).toEqual({ value: [], from: { kind: "default" }, at: null });
  });
});

describe("projects", () => {
  it("~ is the home of the user who runs the fleet; a slash at the end changes nothing", () => {
    const { projects } = configOf("projects: { ~/web/: { max: 2 } }");
    const home = process.env["HOME"] ?? "";
    expect(projectsAround(projects, `${home}/web/src`).map(({ name }) => name)).toEqual(["~/web/"]);
    expect(projectsAround(projects, `${home}/website`)).toEqual([]);
  });

  it("each setting of a project is one that some rule reads", () => {
    const read = new Set(
      Object.values(RULES).flatMap((rule) => ("project" in rule ? [rule.project.at.split(".")[0] ?? ""] : [])),
    );
    expect([...read, "env"].sort()).toEqual([...PROJECT_KEYS].sort());
  });

  it.each<[text: string, problem: RegExp]>([
    ["projects: { /w: { chekcs: [x] } }", /^unknown setting projects\.\/w\.chekcs \(did you mean checks\?\)/],
    [
      "projects: { /w: { task_timeout: 1h } }",
      /^unknown setting projects\.\/w\.task_timeout \(did you mean limits\.timeout\?\)/,
    ],
    ["projects: { /w: { hung_after: 1h } }", /did you mean liveness\.hung_after\?/],
    ["projects: { /w: { default_coder: claude } }", /did you mean coder\?/],
    [
      "projects: { /w: { colour: red } }",
      /a project may set: coder, model, isolate, base, setup, setup_timeout, same_files/,
    ],
    ["projects: { /w: { coder: nobody } }", /^projects\.\/w\.coder: unknown coder nobody \(choose from: claude/],
    ["projects: { /w: { max: 0 } }", /^projects\.\/w\.max: must be at least 1/],
    ["projects: { /w: { limits: { turn: 3 } } }", /^projects\.\/w\.limits: turn: there is no such limit/],
    ["projects: { /w: { check_timeout: soon } }", /^projects\.\/w\.check_timeout: .*not a duration/],
    ["projects: { /w: { env: { API_KEY: sk-abcdefgh } } }", /projects\.\/w\.env\.API_KEY: looks like a literal secret/],
  ])("%j is refused, with its name", (text, problem) => {
    const read = parseConfig(text);
    expect(read.ok ? "" : read.problems.join("\n")).toMatch(problem);
  });
});

describe("a built-in coder's own settings", () => {
  it.each<[text: string, problem: RegExp]>([
    ["coders: { claude: { arg: [x] } }", /^coders\.claude: .*arg/],
    ["coders: { claude: { args: x } }", /^coders\.claude: args/],
    ["coders: { claude: { wrap: ['{promt}'] } }", /placeholder that is none of/],
    ["coders: { mine: { args: [x] } }", /^coders\.mine: argv/],
  ])("%j is refused, with its name", (text, problem) => {
    const read = parseConfig(text);
    expect(read.ok ? "" : read.problems.join("\n")).toMatch(problem);
  });
});
