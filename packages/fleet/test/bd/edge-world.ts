/** Issues with dependencies, and what bd says of them. */
import { expect } from "vitest";

import { edit, type World } from "./world.ts";

export const row = (fields: Record<string, unknown>): string =>
  `${JSON.stringify({ title: "T", status: "open", priority: 2, issue_type: "task", created_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-01T00:00:00Z", ...fields })}\n`;

export const on = (from: string, to: string, type = "blocks"): unknown => ({ issue_id: from, depends_on_id: to, type });

export async function ok(world: World, ...argv: string[]): Promise<string> {
  const { exit, stdout, stderr } = await world.bd(argv);
  if (exit !== 0) throw new Error(`bd ${argv.join(" ")}: ${stderr}`);
  return stdout;
}

export async function ids(world: World, ...argv: string[]): Promise<string[]> {
  const { exit, stdout } = await world.bd([...argv, "--json"]);
  expect(exit).toBe(0);
  const found: readonly { readonly id: string }[] = JSON.parse(stdout);
  return found.map(({ id }) => id).sort();
}

/** Fields as a hand in a clone might write them: no verb would. */
export function change(world: World, id: string, fields: Record<string, unknown>): void {
  edit(world, id, (text) =>
    text
      .split("\n")
      .map((line) => (line.includes(`"id":"${id}"`) ? JSON.stringify({ ...JSON.parse(line), ...fields }) : line))
      .join("\n"),
  );
}

export const loop = (world: World, from: string, to: string): void =>
  change(world, from, { dependencies: [on(from, to)] });

export const ready = (world: World): Promise<string[]> => ids(world, "ready", "--limit", "0");

export const blocked = (world: World): Promise<string[]> => ids(world, "blocked");
