import { isBlank } from "@fleet/kit/text";
import type { Act, Decision } from "@fleet/store/decision";
import { close } from "@fleet/store/ops/close";
import { create } from "@fleet/store/ops/create";
import { addEdge, removeEdge } from "@fleet/store/ops/edges";
import { inOrder } from "@fleet/store/ops/overlay";
import { update } from "@fleet/store/ops/update";
import type { Snapshot } from "@fleet/store/snapshot";
import { isKnownEdgeType, isStatus, priorityOf } from "@fleet/store/status";

import { type Operation, operationsOf } from "../batching.ts";
import type { Ctx } from "../context.ts";
import { Refusal, worded } from "../errors.ts";
import { filterId, priorityTrouble, typeGiven } from "../filters.ts";
import { stopFirst } from "../stop-first.ts";
import { readText } from "../texts.ts";
import type { Verb } from "../verb.ts";

type Change = Parameters<typeof update>[2];

function priorityAt(text: string, doing: string): number {
  if (!/^[+-]?\d+$/.test(text))
    throw new Refusal(
      `${doing}: invalid priority ${JSON.stringify(text)}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`,
    );
  const priority = priorityOf(text);
  if (priority === undefined) throw new Refusal(`${doing}: ${priorityTrouble(text)}`);
  return priority;
}

function fieldOf(snapshot: Snapshot, pair: string): Partial<Change> {
  const at = pair.indexOf("=");
  if (at <= 0) throw new Refusal(`update: expected key=value, got ${JSON.stringify(pair)}`);
  const [key, value] = [pair.slice(0, at).trim(), pair.slice(at + 1)];
  switch (key) {
    case "status":
      if (!isStatus(snapshot.meta, value)) throw new Refusal(`update: invalid status ${JSON.stringify(value)}`);
      return { status: value };
    case "priority":
      return { priority: priorityAt(value, "update") };
    case "title":
      if (isBlank(value)) throw new Refusal("update: title cannot be empty");
      return { title: value };
    case "assignee":
      return { assignee: value };
    default:
      throw new Refusal(`update: unsupported key ${JSON.stringify(key)} (allowed: status, priority, title, assignee)`);
  }
}

/** Decides one line; returns the issue it was about. */
function step(snapshot: Snapshot, act: Act, { op, args }: Operation): Decision<string> {
  const [first = "", second = "", third] = args;
  switch (op) {
    case "close": {
      if (args.length < 1) throw new Refusal("close requires <id>");
      const words = args.slice(1).join(" ");
      const reason = isBlank(words) ? "Closed" : words;
      // As in bd, a batch ignores guards.
      const decision = close(snapshot, act, { id: first, reason, force: true });
      return { ...decision, result: decision.result.issue.id };
    }
    case "update": {
      if (args.length < 2) throw new Refusal("update requires <id> and at least one key=value");
      const fields: Partial<Change> = Object.assign({}, ...args.slice(1).map((pair) => fieldOf(snapshot, pair)));
      const decision = update(snapshot, act, { ...fields, id: first });
      return { ...decision, result: decision.result.id };
    }
    case "create": {
      if (args.length < 3) throw new Refusal("create requires <type> <priority> <title>");
      if (isBlank(first)) throw new Refusal("create: type cannot be empty");
      const title = args.slice(2).join(" ");
      if (isBlank(title)) throw new Refusal("create: title cannot be empty");
      const type = typeGiven(snapshot.meta, first);
      const decision = create(snapshot, act, { title, type, priority: priorityAt(second, "create"), anonymous: true });
      return { ...decision, result: decision.result.issue.id };
    }
    case "dep.add": {
      if (args.length < 2) throw new Refusal("dep add requires <from-id> <to-id>");
      const type = third ?? "blocks";
      if (!isKnownEdgeType(type)) throw new Refusal(`dep add: invalid dependency type ${JSON.stringify(type)}`);
      const decision = addEdge(snapshot, act, { from: first, to: second, type });
      return { ...decision, result: `${decision.result.from.id}->${decision.result.toId}` };
    }
    case "dep.remove": {
      if (args.length < 2) throw new Refusal("dep remove requires <from-id> <to-id>");
      const decision = removeEdge(snapshot, act, { from: first, to: second });
      return { ...decision, result: `${decision.result.from.id}->${decision.result.toId}` };
    }
  }
}

/** Issues with a running attempt that the batch would take away from it. */
async function stopAttempts(ctx: Ctx, act: Act, operations: readonly Operation[]): Promise<void> {
  const snapshot = ctx.snapshot();
  for (const { op, args } of operations) {
    if (op !== "close" && !(op === "update" && args.some((arg) => arg.startsWith("status=")))) continue;
    const issue = snapshot.issue(filterId(snapshot, args[0] ?? ""));
    if (issue !== undefined) await stopFirst(ctx, act, issue);
  }
}

export const verb: Verb = {
  usage: "batch",
  summary: "Run several writes as one commit: all of them, or none",
  about: [
    "One command a line, from stdin or a file; blank lines and lines that begin with # are skipped:",
    "  close <id> [reason...]",
    "  update <id> <key>=<value>...        keys: status, priority, title, assignee",
    "  create <type> <priority> <title...>",
    "  dep add <from-id> <to-id> [type]",
    "  dep remove <from-id> <to-id>",
    'Words are separated by blanks; "double quotes" keep blanks, \\" is a quote in them.',
  ].join("\n"),
  flags: {
    file: { type: "string", short: "f", help: "Read commands from file instead of stdin" },
    "dry-run": { type: "bool", help: "Show the commands without running them" },
    message: { type: "string", short: "m", help: "Commit message" },
  },
  examples: ["batch -f operations.txt", "batch --dry-run < operations.txt"],
  args: { max: 0 },
  errors: "stderr",
  writes: true,
  run: async (ctx, args) => {
    ctx.store();
    const file = args.text("file") || "-";
    const operations = operationsOf(await readText(ctx, file, "open batch file"));
    const count = operations.length;
    if (args.flag("dry-run")) {
      if (ctx.json) ctx.print({ dry_run: true, operations: count });
      else {
        for (const { line, raw } of operations) ctx.say(`line ${line}: ${raw}`);
        ctx.say(`${count} operations parsed (dry-run, nothing executed)`);
      }
      return;
    }
    if (count === 0) {
      if (ctx.json) ctx.print({ operations: 0, status: "ok" });
      else ctx.say("batch: 0 operations (no-op)");
      return;
    }
    const act = await ctx.act();
    const said = { event: "batch" as const, subject: args.text("message")?.trim() || `${count} operations` };
    const steps = operations.map((operation) => (snapshot: Snapshot) => {
      try {
        return step(snapshot, act, operation);
      } catch (error) {
        const { message, hint } = worded(error);
        throw new Refusal(`line ${operation.line} (${operation.raw}): ${message}`, { cause: error, hint });
      }
    });
    const decide = (snapshot: Snapshot): Decision<readonly string[]> => inOrder(snapshot, act, steps, said);
    // Check for refusals before stopping attempts.
    decide(ctx.snapshot());
    await stopAttempts(ctx, act, operations);
    const targets = await ctx.write(act, decide);
    const results = operations.map(({ line, op }, at) => ({ line, op, target: targets[at] ?? "" }));
    if (ctx.json) ctx.print({ operations: count, status: "ok", results });
    else {
      ctx.say(`batch: ${count} operations committed`);
      for (const { line, op, target } of results) ctx.say(`  line ${line}: ${op} ${target}`);
    }
  },
};
