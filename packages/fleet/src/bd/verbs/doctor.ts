import { homeExists } from "@fleet/store/home";
import type { Issue } from "@fleet/store/issue";

import { fromCwd } from "../../app/cwd.ts";
import type { Check } from "../../app/views/checkup.ts";
import { checkup } from "../checkup.ts";
import { confirmed } from "../confirm.ts";
import { type Ctx, readonlyRefusal } from "../context.ts";
import { Refusal } from "../errors.ts";
import { mend, type Mended } from "../mending.ts";
import { versions } from "../versions.ts";
import { counted } from "@fleet/kit/figures";
import { replaceFile } from "@fleet/kit/files";
import type { Verb } from "../verb.ts";

const MARKS = { ok: "✓", warning: "⚠", error: "✗" } as const;

/** Values of `--check`; `validate`, one of bd's names, means all. */
const KINDS = [
  "home",
  "line",
  "edge",
  "hold",
  "cycle",
  "claim",
  "private",
  "branch",
  "git",
  "config",
  "workspace",
  "supervisor",
];
const CHECKS = ["validate", ...KINDS];
/** bd's other checks, which do not apply to a fleet home. */
const NOT_HERE = ["artifacts", "conventions", "pollution"];

/** The checks selected by `--check`. */
function asked(checks: readonly Check[], kind: string): Check[] {
  if (kind === "" || kind === "validate") return [...checks];
  const found = checks.filter(({ name }) => name === kind);
  if (found.length > 0) return found;
  const message = NOT_HERE.includes(kind) ? `${kind}: there is nothing of the kind here` : `${kind}: nothing wrong`;
  return [{ name: kind, status: "ok", message }];
}

async function look(ctx: Ctx, deep: boolean): Promise<Check[]> {
  if (homeExists(ctx.home)) return await checkup(ctx.store(), ctx.now, { deep, env: ctx.io.env });
  return [{ name: "home", status: "warning", message: `no home at ${ctx.home}`, fix: "fleet init" }];
}

/** Asks git once for each issue, even if the decision is repeated. */
function lastGood(ctx: Ctx): (id: string) => Issue | undefined {
  const known = new Map<string, Issue | undefined>();
  return (id) => {
    if (!known.has(id)) known.set(id, versions(ctx.store().gitDir, id)[0]?.issue);
    return known.get(id);
  };
}

function tell(ctx: Ctx, checks: readonly Check[]): void {
  for (const { status, message, fix } of checks) {
    ctx.say(`${MARKS[status]} ${message}`);
    if (fix !== undefined) ctx.say(`  ${fix}`);
  }
  const wrong = checks.filter(({ status }) => status !== "ok").length;
  ctx.say(wrong === 0 ? "\nNo problems." : `\n${counted(wrong, "problem")}.`);
}

/** Shows the repairs, asks at a terminal, and makes them in one commit. */
async function repair(ctx: Ctx, isSure: boolean, dry: boolean): Promise<readonly Mended[]> {
  const act = await ctx.act();
  const good = lastGood(ctx);
  const wanted = mend(ctx.snapshot(), act, good).result;
  if (wanted.length === 0) return [];
  if (!ctx.json) {
    ctx.say(dry ? "\nWould fix:" : "\nTo be fixed, in one commit:");
    for (const { what } of wanted) ctx.say(`  - ${what}`);
  }
  if (dry) return [];
  if (!isSure && ctx.io.isTerminal.stdin && !(await confirmed(ctx, "\nContinue?"))) {
    ctx.say("Nothing was changed.");
    return [];
  }
  return await ctx.write(act, (snapshot) => mend(snapshot, act, good));
}

export const verb: Verb = {
  usage: "doctor [path]",
  summary: "Find problems in the queue and fix them",
  about: [
    "Checks every line (file:line:column), edges to missing issues, cycles, claims without an owner, issues that wait to be",
    "trusted, file permissions, git fsck, a branch that was moved back, and the settings.",
    "--fix shows what it would fix, asks at a terminal, and fixes it in one commit: lines in the wrong file, duplicate lines,",
    'unreadable lines (back to their last readable version), edges, cycles (the newest edge becomes "related"), claims.',
    "Exits 0 whatever it finds, as bd does.",
  ].join("\n"),
  flags: {
    fix: { type: "bool", help: "Fix what can be fixed" },
    yes: { type: "bool", short: "y", help: "With --fix: don't ask" },
    "dry-run": { type: "bool", help: "With --fix: only show what would be fixed" },
    deep: { type: "bool", help: "Also run a full git fsck" },
    check: { type: "string", values: CHECKS, help: `Only this check: ${["validate (all)", ...KINDS].join(", ")}` },
    "check-health": { type: "bool", help: "Print one line if there are problems, else nothing" },
    output: { type: "string", short: "o", help: "Write the results as JSON to a file" },
    migration: { type: "string", hidden: true, help: "Ignored" },
    source: { type: "string", hidden: true, help: "Ignored" },
    ...Object.fromEntries(
      ["interactive", "fix-child-parent", "orchestrator", "server", "agent", "quick", "perf", "clean", "force"].map(
        (name) => [name, { type: "bool" as const, hidden: true, help: "Ignored" }],
      ),
    ),
  },
  examples: ["doctor", "doctor --json", "doctor --fix --dry-run", "doctor --fix --yes"],
  args: { max: 1 },
  run: async (ctx, args) => {
    const fix = args.flag("fix");
    const dry = args.flag("dry-run");
    if (fix && !dry && args.flag("readonly")) throw readonlyRefusal("doctor --fix");
    const kind = args.text("check") ?? "";
    if (kind !== "" && ![...CHECKS, ...NOT_HERE].includes(kind))
      throw new Refusal(`unknown check ${JSON.stringify(kind)} (choose from: ${CHECKS.join(", ")})`);
    if (fix && kind !== "" && kind !== "validate")
      throw new Refusal(`--fix fixes everything, not ${kind} alone`, { hint: "fleet bd doctor --fix" });
    const deep = args.flag("deep");
    const isHealth = args.flag("check-health");
    let checks = asked(await look(ctx, deep), kind);
    if (!ctx.json && !isHealth) tell(ctx, checks);
    const mended = fix && homeExists(ctx.home) ? await repair(ctx, args.flag("yes"), dry) : [];
    if (mended.length > 0) checks = asked(await look(ctx, deep), kind);
    const wrong = checks.filter(({ status }) => status !== "ok").length;
    const answer = {
      overall_ok: wrong === 0,
      checks,
      ...(fix ? { fixed: mended.map(({ what }) => what) } : {}),
    };
    const output = args.text("output") ?? "";
    if (output !== "") replaceFile(fromCwd(ctx.io, output), `${JSON.stringify(answer, null, 2)}\n`);
    if (ctx.json) ctx.print(answer);
    else if (mended.length > 0)
      ctx.say(`\n✓ Fixed ${counted(mended.length, "problem")}. Before and after: fleet bd history ID`);
    else if (isHealth && wrong > 0) ctx.say(`${counted(wrong, "problem")}: fleet bd doctor`);
    if (output !== "" && !ctx.json) ctx.say(`✓ Diagnostics exported to ${output}`);
  },
};
