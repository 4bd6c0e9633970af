import { homeExists } from "@fleet/store/home";

import { cycles } from "../cycles.ts";
import type { Ctx } from "../context.ts";
import type { Verb } from "../verb.ts";

interface Check {
  readonly name: string;
  readonly status: "ok" | "warning";
  readonly message: string;
  /** The command that mends it. */
  readonly fix?: string;
}

function checksOf(ctx: Ctx): Check[] {
  if (!homeExists(ctx.home))
    return [{ name: "home", status: "warning", message: `no home at ${ctx.home}`, fix: "fleet init" }];
  const { gitDir } = ctx.store();
  const snapshot = ctx.snapshot();
  const clone = `git clone ${gitDir} fleet-clone`;
  const lines = snapshot.problems.map(({ file, line, column, reason }) => ({
    name: "line",
    status: "warning" as const,
    message: `${file}:${line}${column === undefined ? "" : `:${column}`}: ${reason}`,
    fix: `${clone} && \${EDITOR:-vi} +${Math.max(line, 1)} fleet-clone/${file}; then: git -C fleet-clone commit -am "Mend ${file}" && git -C fleet-clone push`,
  }));
  const found = cycles(snapshot.live.values()).map((cycle) => ({
    name: "cycle",
    status: "warning" as const,
    message: `these wait for each other: ${[...cycle, cycle[0]].join(" → ")}`,
    fix: `bd dep remove ${cycle[0] ?? ""} ${cycle[1] ?? cycle[0] ?? ""}`,
  }));
  const dangling = [...snapshot.live.values()].flatMap((issue) =>
    (issue.dependencies ?? [])
      .filter(({ depends_on_id: to }) => !to.startsWith("external:") && snapshot.issue(to) === undefined)
      .map(({ depends_on_id: to }) => ({
        name: "edge",
        status: "warning" as const,
        message: `${issue.id} depends on ${to}, which is not there`,
        fix: `bd dep remove ${issue.id} ${to}`,
      })),
  );
  const count = snapshot.live.size + snapshot.closedCount;
  return [
    { name: "home", status: "ok", message: `${ctx.home}, ${count} issues, at ${snapshot.tip.slice(0, 10)}` },
    ...lines,
    ...found,
    ...dangling,
  ];
}

export const verb: Verb = {
  usage: "doctor [path]",
  summary: "Look for what is wrong with the queue, and say what mends it",
  about: "Exit code 0 whatever it finds, as bd's in embedded mode. Of the fleet around the queue: fleet doctor.",
  flags: Object.fromEntries(
    [
      "fix",
      "yes",
      "interactive",
      "dry-run",
      "fix-child-parent",
      "orchestrator",
      "server",
      "agent",
      "quick",
      "perf",
      "deep",
    ].map((name) => [name, { type: "bool" as const, hidden: true, help: "Ignored" }]),
  ),
  args: { max: 1 },
  run: (ctx) => {
    const checks = checksOf(ctx);
    const warnings = checks.filter(({ status }) => status === "warning");
    if (ctx.json) {
      ctx.print({ overall_ok: warnings.length === 0, checks });
      return;
    }
    for (const { status, message, fix } of checks) {
      ctx.say(`${status === "ok" ? "✓" : "⚠"} ${message}`);
      if (fix !== undefined) ctx.say(`  ${fix}`);
    }
    ctx.say(warnings.length === 0 ? "\nNothing to mend." : `\n${warnings.length} to look at.`);
  },
};
