import { counted } from "@fleet/kit/figures";
import type { Act } from "@fleet/store/decision";
import { followHere } from "@fleet/store/hold-here";
import { newId } from "@fleet/store/ids";
import { rename } from "@fleet/store/ops/rename";
import { rootId } from "@fleet/store/shard";
import type { Snapshot } from "@fleet/store/snapshot";
import { millis } from "@fleet/store/time";

import type { Ctx } from "../context.ts";
import { Refusal } from "../errors.ts";
import type { Verb } from "../verb.ts";

/** Three letters or digits may be a hash; four to eight need a digit. */
const HASH = /^(?:\d+|[0-9a-z]{3}|(?=[0-9a-z]*\d)[0-9a-z]{4,8})$/i;

/** An id's prefix: the home's if it matches, else guessed from the id's form (beads 1.0.5, ExtractIssuePrefix). */
function prefixOf(id: string, own: string): string {
  if (id.startsWith(`${own}-`)) return own;
  const last = id.lastIndexOf("-");
  if (last <= 0) return "";
  const behind = id.slice(last + 1).replace(/(?<=.)\..*$/, "");
  return behind === "" || HASH.test(behind) ? id.slice(0, last) : id.slice(0, id.indexOf("-"));
}

function prefixGiven(text: string): string {
  const prefix = text.replace(/-+$/, "");
  if (prefix === "") throw new Refusal("prefix cannot be empty");
  if (!/^[a-z][a-z0-9-]*$/.test(prefix)) {
    throw new Refusal(
      `prefix must start with a lowercase letter and contain only lowercase letters, numbers, and hyphens: ${prefix}`,
    );
  }
  return prefix;
}

/** The number of issues by prefix. */
function prefixes(snapshot: Snapshot): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { id } of snapshot.all()) {
    const prefix = prefixOf(id, snapshot.meta.prefix);
    counts.set(prefix, (counts.get(prefix) ?? 0) + 1);
  }
  return counts;
}

/** Old to new ids. The part after the prefix stays; if that id is taken, the root gets a new hash. */
function plan(snapshot: Snapshot, act: Act, to: string): ReadonlyMap<string, string> {
  const roots = new Map<string, string>();
  const used = new Set<string>();
  const ids = new Map<string, string>();
  for (const issue of snapshot.all().sort((a, b) => (a.id < b.id ? -1 : 1))) {
    const prefix = prefixOf(issue.id, snapshot.meta.prefix);
    if (prefix === to) continue;
    const root = rootId(issue.id);
    const taken = (id: string): boolean => used.has(id.toLowerCase()) || snapshot.taken(id);
    let next = roots.get(root);
    if (next === undefined) {
      const kept = `${to}-${root.slice(prefix === "" ? 0 : prefix.length + 1)}`;
      const { title, description = "", created_at } = issue;
      const seed = { title, description, creator: act.actor, createdNanos: BigInt(millis(created_at)) * 1_000_000n };
      next = taken(kept) ? newId(to, seed, snapshot.topLevelCount, taken) : kept;
      roots.set(root, next);
      used.add(next.toLowerCase());
    }
    ids.set(issue.id, `${next}${issue.id.slice(root.length)}`);
  }
  return ids;
}

function showPlan(ctx: Ctx, ids: ReadonlyMap<string, string>, shown: number): void {
  for (const [old, next] of [...ids].slice(0, shown)) ctx.say(`  ${old} -> ${next}`);
  if (ids.size > shown) ctx.say(`... and ${ids.size - shown} more issues`);
}

export const verb: Verb = {
  usage: "rename-prefix <new-prefix>",
  summary: "Change the prefix of all IDs",
  about:
    "Renames issues, edges and mentions in one commit; new issues get the new prefix. Old IDs are never used again.\n" +
    "Where issues have several prefixes (imported ones keep theirs), --repair renames all of them.",
  flags: {
    "dry-run": { type: "bool", help: "Show what would be renamed, without renaming it" },
    repair: { type: "bool", help: "Rename issues with other prefixes too" },
  },
  examples: ["rename-prefix kw-", "rename-prefix team- --dry-run", "rename-prefix mtg- --repair"],
  args: { min: 1, max: 1 },
  errors: "stderr",
  run: async (ctx, args) => {
    const dry = args.flag("dry-run");
    if (!dry && args.flag("readonly"))
      throw new Refusal("operation 'rename-prefix' is not allowed in read-only mode", { family: "stderr" });
    const to = prefixGiven(args.positionals[0] ?? "");
    const snapshot = ctx.snapshot();
    const from = snapshot.meta.prefix;
    const found = prefixes(snapshot);
    const repair = found.size > 1;
    if (repair && !args.flag("repair")) {
      ctx.warn("✗ Multiple prefixes detected in database:");
      for (const [prefix, count] of found) ctx.warn(`  - ${prefix}: ${counted(count, "issue")}`);
      throw new Refusal("cannot rename with multiple prefixes. Use --repair to consolidate.", {
        hint: `Example: fleet bd rename-prefix ${to} --repair`,
      });
    }
    if (found.size === 1 && !repair && from === to && found.has(to))
      throw new Refusal(`new prefix is the same as current prefix: ${from}`);
    const act = await ctx.act();
    const ids = plan(snapshot, act, to);
    const total = snapshot.all().length;
    if (dry) {
      if (ctx.json) ctx.print({ dry_run: true, old_prefix: from, new_prefix: to, renames: Object.fromEntries(ids) });
      else {
        ctx.say(`DRY RUN: Would rename ${ids.size} issues from prefix '${from}' to '${to}'\n\nSample changes:`);
        showPlan(ctx, ids, 5);
      }
      return;
    }
    const subject = `${from} is now ${to} (${counted(ids.size, "issue")})`;
    await ctx.write(act, (now) => {
      const renames = plan(now, act, to);
      followHere(ctx.store().gitDir, renames);
      return rename(now, act, { ids: renames, prefix: to, event: "rename", subject });
    });
    if (ctx.json) {
      ctx.print(
        repair
          ? {
              target_prefix: to,
              prefixes_found: found.size,
              issues_repaired: ids.size,
              issues_unchanged: total - ids.size,
            }
          : { old_prefix: from, new_prefix: to, issues_count: ids.size },
      );
    } else if (total === 0) ctx.say(`No issues to rename. Updating prefix to ${to}`);
    else if (repair) {
      ctx.say(`✓ Successfully consolidated ${found.size} prefixes into ${to}`);
      ctx.say(`  ${ids.size} issues repaired, ${total - ids.size} issues unchanged`);
    } else ctx.say(`✓ Successfully renamed prefix from ${from} to ${to}`);
  },
};
