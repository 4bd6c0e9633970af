import { printableJson } from "@fleet/kit/printable";
import { run } from "@fleet/store/git/run";

import { fromCwd } from "../../cwd.ts";
import type { Ctx } from "../context.ts";
import type { Verb } from "../verb.ts";

interface Check {
  readonly name: string;
  readonly passed: boolean;
  readonly warning?: boolean;
  readonly skipped?: boolean;
  readonly output?: string;
  readonly command: string;
}

const CHECKLIST = [
  "Tests pass: the project's own (npm test, go test ./..., …)",
  "Lint and formatting: the project's own",
  "Nothing left uncommitted: git status --short",
  "No beads pollution: git diff -- .beads",
  "Issues closed: bd list --status in_progress --assignee <you>",
];

/** A command of git in the project here; undefined where that is no repository. */
async function git(ctx: Ctx, ...args: readonly string[]): Promise<string | undefined> {
  const done = await run("git", ["-C", fromCwd(ctx.io), ...args]);
  return done.code === 0 ? done.stdout.toString("utf8").trim() : undefined;
}

async function checks(ctx: Ctx): Promise<Check[]> {
  const { actor } = await ctx.act();
  const clean = await git(ctx, "status", "--short", "--untracked-files=no");
  const beads = await git(ctx, "diff", "HEAD", "--name-only", "--", ".beads");
  const mine = [...ctx.snapshot().live.values()].filter(
    ({ status, assignee }) => status === "in_progress" && assignee === actor,
  );
  const noRepository = { passed: false, skipped: true, output: "no git repository here" };
  return [
    {
      name: "Nothing uncommitted",
      command: "git status --short",
      ...(clean === undefined ? noRepository : { passed: clean === "", ...(clean === "" ? {} : { output: clean }) }),
    },
    {
      name: "No beads pollution",
      command: "git diff -- .beads",
      // A first commit is missing, or the repository: nothing has been changed in either.
      ...(beads === undefined || beads === "" ? { passed: true } : { passed: false, output: beads }),
    },
    {
      name: "Issues closed",
      command: `bd list --status in_progress --assignee ${actor}`,
      passed: mine.length === 0,
      ...(mine.length === 0 ? {} : { warning: true, output: mine.map(({ id, title }) => `${id} ${title}`).join("\n") }),
    },
  ];
}

export const verb: Verb = {
  usage: "preflight",
  summary: "What to look at before a pull request",
  about:
    "A checklist; --check runs what can be run without knowing the project. Its tests and linters are yours to run.",
  flags: {
    check: { type: "bool", help: "Run the checks; exit 1 when one fails" },
    fix: { type: "bool", hidden: true, help: "Ignored, as in bd" },
    "skip-lint": { type: "bool", hidden: true, help: "Ignored: no linter is run" },
  },
  examples: ["preflight", "preflight --check", "preflight --check --json"],
  args: { max: 0 },
  errors: "stderr",
  run: async (ctx, args) => {
    if (!args.flag("check")) {
      ctx.say(`PR Readiness Checklist:\n\n${CHECKLIST.map((line) => `[ ] ${line}`).join("\n")}\n`);
      ctx.say("Run 'bd preflight --check' to validate automatically.");
      return 0;
    }
    const results = await checks(ctx);
    const passed = results.every((check) => check.passed || check.skipped === true || check.warning === true);
    const skipped = results.filter((check) => check.skipped === true).length;
    const warned = results.filter((check) => check.warning === true).length;
    const good = results.filter((check) => check.passed).length;
    const summary = `${good}/${results.length - skipped} checks passed${warned > 0 ? `, ${warned} warning(s)` : ""}${skipped > 0 ? ` (${skipped} skipped)` : ""}`;
    if (ctx.json) ctx.io.out(`${printableJson(JSON.stringify({ checks: results, passed, summary }, null, 2))}\n`);
    else {
      for (const check of results) {
        const mark = check.passed ? "✓" : check.skipped === true || check.warning === true ? "⚠" : "✗";
        ctx.say(`${mark} ${check.name}${check.skipped === true ? " (skipped)" : ""}\n  Command: ${check.command}`);
        if (check.output !== undefined) ctx.say(`  ${check.output.replaceAll("\n", "\n  ")}`);
      }
      ctx.say(`\n${summary}`);
    }
    return passed ? 0 : 1;
  },
};
