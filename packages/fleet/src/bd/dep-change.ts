/** How `bd dep` changes edges: adds and removes them, and relates issues both ways. */
import { addEdge, removeEdge } from "@fleet/store/ops/edges";

import type { Args } from "./args.ts";
import { type Ctx, readonlyRefusal } from "./context.ts";
import { Refusal } from "./errors.ts";
import { findOrRefuse } from "./issues.ts";
import { inParens } from "./text.ts";

/** `dep Y --blocks X`, `dep X --blocked-by Y`. */
export async function addByFlag(ctx: Ctx, args: Args): Promise<number> {
  const [id] = args.positionals;
  const blocks = args.text("blocks") ?? "";
  const by = args.text("blocked-by") || args.text("depends-on") || "";
  if (id === undefined) throw new Refusal("--blocks requires exactly one issue ID argument");
  if (args.flag("readonly")) throw readonlyRefusal("dep --blocks");
  const snapshot = ctx.snapshot();
  const blocked = findOrRefuse(snapshot, blocks === "" ? id : blocks, "resolving issue ID");
  const blocker = findOrRefuse(snapshot, blocks === "" ? by : id, "resolving issue ID");
  const act = await ctx.act();
  await ctx.write(act, (now) => addEdge(now, act, { from: blocked.id, to: blocker.id, type: "blocks" }));
  if (ctx.json) ctx.print({ status: "added", blocker_id: blocker.id, blocked_id: blocked.id, type: "blocks" });
  else ctx.say(`✓ Added dependency: ${inParens(blocker)} blocks ${inParens(blocked)}`);
  return 0;
}

export async function add(ctx: Ctx, args: Args): Promise<number> {
  const { addFile, addOne } = await import("./adding-edges.ts");
  const type = args.text("type") ?? "blocks";
  const file = args.text("file") ?? "";
  if (file !== "") {
    if (args.positionals.length > 0) throw new Refusal("--file cannot be used with positional issue IDs");
    return await addFile(ctx, file, type);
  }
  const [from, to] = endsGiven(args);
  const act = await ctx.act();
  const edge = await addOne(ctx, act, from, to, type);
  if (ctx.json) ctx.print({ status: "added", issue_id: edge.from.id, depends_on_id: edge.toId, type });
  else {
    const target = edge.to === undefined ? edge.toId : inParens(edge.to);
    ctx.say(`✓ Added dependency: ${inParens(edge.from)} depends on ${target} (${type})`);
  }
  return 0;
}

function endsGiven(args: Args): readonly [from: string, to: string] {
  const flag = args.text("blocked-by") || args.text("depends-on") || "";
  const [from, to] = args.positionals;
  const count = args.positionals.length;
  if (flag !== "" && count > 1)
    throw new Refusal("cannot use both positional depends-on-id and --blocked-by/--depends-on flag");
  if (from === undefined || (flag === "" && (to === undefined || count > 2)))
    throw new Refusal(`requires 2 arg(s), only received ${count} (or use --blocked-by/--depends-on flag)`);
  return [from, flag === "" ? (to ?? "") : flag];
}

export async function remove(ctx: Ctx, args: Args): Promise<void> {
  const [from = "", to = ""] = args.positionals;
  const act = await ctx.act();
  const edge = await ctx.write(act, (snapshot) => removeEdge(snapshot, act, { from, to }));
  const { id } = edge.from;
  // The edge asked for is absent, as wanted; but the reverse edge exists, and may be the one that was meant.
  if (!edge.isThere && edge.to?.dependencies?.some((other) => other.depends_on_id === id) === true)
    throw new Refusal(`${id} does not depend on ${edge.toId}; ${edge.toId} depends on ${id}`, {
      hint: `fleet bd dep remove ${edge.toId} ${id}`,
    });
  const status = edge.isThere ? "removed" : "absent";
  if (ctx.json) ctx.print({ status, issue_id: id, depends_on_id: edge.toId });
  else {
    const target = edge.to === undefined ? edge.toId : inParens(edge.to);
    if (edge.isThere) ctx.say(`✓ Removed dependency: ${inParens(edge.from)} no longer depends on ${target}`);
    else ctx.say(`${inParens(edge.from)} does not depend on ${target}: nothing to remove`);
  }
}

/** One `relates-to` link, in both directions. */
export async function relate(ctx: Ctx, args: Args, doing: "related" | "unrelated"): Promise<void> {
  const snapshot = ctx.snapshot();
  const one = findOrRefuse(snapshot, args.positionals[0] ?? "").id;
  const other = findOrRefuse(snapshot, args.positionals[1] ?? "").id;
  const act = await ctx.act();
  const ends = [
    { from: one, to: other },
    { from: other, to: one },
  ];
  if (doing === "related")
    for (const edge of ends) await ctx.write(act, (now) => addEdge(now, act, { ...edge, type: "relates-to" }));
  else {
    const gone = [];
    for (const edge of ends)
      gone.push(await ctx.write(act, (now) => removeEdge(now, act, { ...edge, types: ["relates-to", "related"] })));
    if (!gone.some(({ isThere }) => isThere)) {
      if (ctx.json) ctx.print({ id1: one, id2: other, unrelated: false });
      else ctx.say(`${one} and ${other} are not linked as related: nothing to remove`);
      return;
    }
  }
  if (ctx.json) ctx.print({ id1: one, id2: other, [doing]: true });
  else ctx.say(`✓ ${doing === "related" ? "Linked" : "Unlinked"} ${one} ↔ ${other}`);
}
