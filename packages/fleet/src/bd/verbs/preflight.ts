import { reasonOf } from "@fleet/kit/git/git";
import { openRepository } from "@fleet/kit/git/repository";
import { printableJson } from "@fleet/kit/printable";
import { fromCwd } from "../../app/cwd.ts";
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
  "Issues closed: fleet bd list --status in_progress --assignee <you>",
];

type Look =
  | { readonly kind: "seen"; readonly changed: string; readonly beads: string }
  | { readonly kind: "none" }
  /** `why`: the reason after "could not look". */
  | { readonly kind: "unseen"; readonly why: string };

const unseen = (why: string): Look => ({ kind: "unseen", why: `could not look: ${why}` });

/** Uncommitted changes of this project. */
async function look({ io }: Ctx): Promise<Look> {
  const found = await openRepository(fromCwd(io), io.env);
  if (found.kind === "none") return { kind: "none" };
  if (found.kind === "unknown") return unseen(found.why);
  const { ask, close } = found.repository;
  try {
    const changed = await ask("status", { options: ["--short", "--untracked-files=no"] });
    if (changed.kind !== "ok") return unseen(reasonOf(changed));
    // No commit yet, so nothing differs from one.
    const beads = await ask("diff", { options: ["--name-only"], revisions: ["HEAD"], paths: [".beads"] });
    return { kind: "seen", changed: changed.stdout.trim(), beads: beads.kind === "ok" ? beads.stdout.trim() : "" };
  } finally {
    close();
  }
}

async function checks(ctx: Ctx): Promise<Check[]> {
  const { actor } = await ctx.act();
  const seen = await look(ctx);
  const mine = [...ctx.snapshot().live.values()].filter(
    ({ status, assignee }) => status === "in_progress" && assignee === actor,
  );
  const nothingBut = (output: string) => (output === "" ? { passed: true } : { passed: false, output });
  const skipped = (output: string) => ({ passed: false, skipped: true, output });
  return [
    {
      name: "Nothing uncommitted",
      command: "git status --short",
      ...(seen.kind === "seen"
        ? nothingBut(seen.changed)
        : skipped(seen.kind === "none" ? "no git repository here" : seen.why)),
    },
    {
      name: "No beads pollution",
      command: "git diff -- .beads",
      // Without a repository nothing differs.
      ...(seen.kind === "unseen" ? skipped(seen.why) : nothingBut(seen.kind === "seen" ? seen.beads : "")),
    },
    {
      name: "Issues closed",
      command: `fleet bd list --status in_progress --assignee ${actor}`,
      passed: mine.length === 0,
      ...(mine.length === 0 ? {} : { warning: true, output: mine.map(({ id, title }) => `${id} ${title}`).join("\n") }),
    },
  ];
}

export const verb: Verb = {
  usage: "preflight",
  summary: "Show a checklist for a pull request",
  about:
    "A checklist; --check runs what can be run without knowing the project. Its tests and linters are yours to run.",
  flags: {
    check: { type: "bool", help: "Run the checks; exits 1 if one fails" },
    fix: { type: "bool", hidden: true, help: "Ignored, as in bd" },
    "skip-lint": { type: "bool", hidden: true, help: "Ignored: no linter is run" },
  },
  examples: ["preflight", "preflight --check", "preflight --check --json"],
  args: { max: 0 },
  errors: "stderr",
  run: async (ctx, args) => {
    if (!args.flag("check")) {
      ctx.say(`PR Readiness Checklist:\n\n${CHECKLIST.map((line) => `[ ] ${line}`).join("\n")}\n`);
      ctx.say("Run 'fleet bd preflight --check' to validate automatically.");
      return 0;
    }
    const results = await checks(ctx);
    const passed = results.every((check) => check.passed || check.skipped === true || check.warning === true);
    const skipped = results.filter((check) => check.skipped === true).length;
    const warned = results.filter((check) => check.warning === true).length;
    const good = results.filter((check) => check.passed).length;
    const summary = `${good}/${results.length - skipped} checks passed${warned > 0 ? `, ${warned} warning(s)` : ""}${skipped > 0 ? ` (${skipped} skipped)` : ""}`;
    if (ctx.json) ctx.sink.text(`${printableJson(JSON.stringify({ checks: results, passed, summary }, null, 2))}\n`);
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
