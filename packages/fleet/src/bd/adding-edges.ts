/** Adds edges for `dep add` and `link`: one, or those of a JSON lines file. */
import { isBlank } from "@fleet/kit/text";
import type { Act } from "@fleet/store/decision";
import { addEdge, type EdgeResult } from "@fleet/store/ops/edges";
import { asEdgeType } from "@fleet/store/status";

import type { Ctx } from "./context.ts";
import { isOfHome, Refusal, worded } from "./errors.ts";
import { Failures } from "./failures.ts";
import { readText } from "./texts.ts";

const EXTERNAL = /^external:[^:]+:[^:]+$/;

export async function addOne(ctx: Ctx, act: Act, from: string, to: string, type: string): Promise<EdgeResult> {
  if (to.startsWith("external:") && !EXTERNAL.test(to))
    throw new Refusal(`invalid external reference ${JSON.stringify(to)} (expected external:<project>:<capability>)`);
  return await ctx.write(act, (snapshot) => addEdge(snapshot, act, { from, to, type: asEdgeType(type) }));
}

interface Line {
  readonly from: string;
  readonly to: string;
  readonly type: string;
}

const textOf = (value: object, ...names: readonly string[]): string => {
  const found = Object.entries(value).find(
    ([name, text]) => names.includes(name) && typeof text === "string" && !isBlank(text),
  );
  return typeof found?.[1] === "string" ? found[1].trim() : "";
};

function linesOf(text: string, preset: string): Line[] {
  const lines: Line[] = [];
  const troubles: string[] = [];
  text.split("\n").forEach((raw, index) => {
    if (raw.trim() === "") return;
    let value: unknown;
    try {
      value = JSON.parse(raw);
    } catch (error) {
      troubles.push(`line ${index + 1}: invalid JSON: ${worded(error).message}`);
      return;
    }
    if (typeof value !== "object" || value === null) {
      troubles.push(`line ${index + 1}: invalid JSON: not an object`);
      return;
    }
    const line = {
      from: textOf(value, "from", "issue_id"),
      to: textOf(value, "to", "depends_on_id"),
      type: textOf(value, "type") || preset,
    };
    if (line.from === "") troubles.push(`line ${index + 1}: missing from`);
    else if (line.to === "") troubles.push(`line ${index + 1}: missing to`);
    else lines.push(line);
  });
  if (troubles.length > 0) throw new Refusal(`bulk dependency validation failed:\n  ${troubles.join("\n  ")}`);
  if (lines.length === 0) throw new Refusal("no dependency edges found");
  return lines;
}

export async function addFile(ctx: Ctx, file: string, type: string): Promise<number> {
  const lines = linesOf(await readText(ctx, file, "open dependency file"), type);
  const act = await ctx.act();
  const added: EdgeResult[] = [];
  const failures = new Failures(ctx);
  for (const line of lines) {
    try {
      added.push(await addOne(ctx, act, line.from, line.to, line.type));
    } catch (error) {
      if (isOfHome(error)) throw error;
      failures.add(line.from, error, (message) => `Error adding dependency ${line.from} -> ${line.to}: ${message}`);
    }
  }
  if (ctx.json) {
    const dependencies = added.map((edge) => ({ issue_id: edge.from.id, depends_on_id: edge.toId, type: edge.type }));
    ctx.print({ status: "added", count: added.length, dependencies });
  } else ctx.say(`✓ Added ${added.length} dependencies`);
  return failures.exit();
}
