/** What the coder's own stream says it did: its tools by name, and the paths they say they wrote. From events.jsonl. */
import { decodeEvent } from "../records/event-line.ts";
import { eventsPath } from "../records/output.ts";
import { readEnd } from "@fleet/kit/read";

export interface ToolsRan {
  readonly byName: Readonly<Record<string, { readonly ok: number; readonly failed: number }>>;
  readonly written: readonly string[];
  /** A command that made a commit was among them. */
  readonly committed: boolean;
}

/** Events are bounded (tail.ts); of one that is longer the end is read. */
const MOST_BYTES = 64 * 1024 * 1024;

export function toolsRan(dir: string): ToolsRan {
  const byName = new Map<string, { ok: number; failed: number }>();
  const written = new Set<string>();
  let committed = false;
  for (const line of (readEnd(eventsPath(dir), MOST_BYTES) ?? "").split("\n")) {
    if (!line.includes('"tool-finished"')) continue;
    const event = decodeEvent(line)?.event;
    if (event?.kind !== "tool-finished") continue;
    const tally = byName.get(event.tool) ?? { ok: 0, failed: 0 };
    if (event.ok) tally.ok++;
    else tally.failed++;
    byName.set(event.tool, tally);
    if (!event.ok) continue;
    for (const path of event.writes ?? []) written.add(path);
    if (/\bgit\b[^|;&]*\bcommit\b/.test(event.summary)) committed = true;
  }
  return { byName: Object.fromEntries(byName), written: [...written], committed };
}
