import { printableJson } from "@fleet/kit/printable";
import { asStatus } from "@fleet/store/status";
import { Failures } from "../failures.ts";
import { statusesGiven, typeGiven } from "../filters.ts";
import { missingSections } from "../sections.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "lint [issue-id...]",
  summary: "Check issues for the sections that their type needs; exits 1 if any are missing",
  examples: ["lint", "lint fleet-a3f", "lint --type bug --status all"],
  flags: {
    type: { type: "string", home: "type", short: "t", help: "Filter by issue type" },
    status: {
      type: "string",
      home: "status",
      values: ["all"],
      short: "s",
      help: "Filter by status, or 'all'",
      default: "open",
    },
  },
  run: (ctx, args) => {
    const snapshot = ctx.snapshot();
    const given = args.text("status") || "open";
    const [isAny, status] = [given === "all", asStatus(given)];
    const written = args.text("type") ?? "";
    const type = written === "" ? "" : typeGiven(snapshot.meta, written);
    if (!isAny) statusesGiven(snapshot.meta, status);
    const failures = new Failures(ctx);
    const issues =
      args.positionals.length > 0
        ? args.positionals.flatMap((id) => failures.find(snapshot, id, "getting") ?? [])
        : snapshot
            .all()
            .filter((issue) => (isAny || issue.status === status) && (type === "" || issue.issue_type === type));
    const results = issues.flatMap((issue) => {
      const missing = missingSections(issue.issue_type, issue.description ?? "", issue.acceptance_criteria);
      const { id, title, issue_type } = issue;
      return missing.length === 0
        ? []
        : [
            {
              id,
              title,
              type: issue_type,
              missing: missing.map(({ heading }) => `## ${heading}`),
              warnings: missing.length,
            },
          ];
    });
    const total = results.reduce((sum, { warnings }) => sum + warnings, 0);
    if (ctx.json) {
      // bd prints this without an envelope, and succeeds.
      const body = { total, issues: results.length, results: results.length === 0 ? null : results };
      ctx.sink.text(`${printableJson(JSON.stringify(body, null, 2))}\n`);
      return failures.exit();
    }
    if (results.length === 0) ctx.say(`✓ No template warnings found (${issues.length} issues checked)`);
    else {
      ctx.say(`Template warnings (${results.length} issues, ${total} warnings):\n`);
      for (const { id, title, type: kind, missing } of results)
        ctx.say(`${id} [${kind}]: ${title}\n${missing.map((heading) => `  ⚠ Missing: ${heading}`).join("\n")}\n`);
    }
    return failures.exit() === 1 || total > 0 ? 1 : 0;
  },
};
