/**
 * Why an issue is not started, whatever its status says. Three sources: what its edges point at (`missing`, found by Graph and
 * kept nowhere, so that it ends when the issue arrives); what stands on its line, under `metadata.fleet.holds` (`dropped`) and
 * `metadata.fleet.hold` (`untrusted`); and what this home keeps beside the branch of what a sync brought (held-here.ts,
 * `untrusted` too). Graph.holds gives them all; whoever starts work asks nothing else.
 *
 * An untrusted issue is not started, and holds up what waits for it as any open one does: it is not "blocked". A person ends
 * that, never a time, an attempt or another home.
 *
 * A closed union. A new kind needs a member here, a shape where it is kept on the line, a case in Graph.holds, and its words
 * in `holdText`.
 */
import { shellWord } from "@fleet/kit/shell";
import { isObject } from "@fleet/kit/is-object";

import { array, type Infer, is, matching, object, string } from "./shape.ts";

const dropped = object({ kind: matching(/^dropped$/, "dropped"), ids: array(string) });

const stored = array(dropped);

const untrusted = object({
  kind: matching(/^untrusted$/, "untrusted"),
  since: string,
  from: string,
  what: array(string),
});

export type Hold =
  /** It waits for issues that this home has no line of, not even of a deleted one. Ends when they arrive. */
  | { readonly kind: "missing"; readonly ids: readonly string[] }
  /** It waits for issues whose rows an import had to drop. Ends when they are imported. */
  | { readonly kind: "dropped"; readonly ids: readonly string[] }
  /** It came from outside (an import, a sync), and nobody has said yet where it runs and with what. `what`: of which parts. */
  | { readonly kind: "untrusted"; readonly since: string; readonly from: string; readonly what: readonly string[] }
  /** Its line says that it is held, in words that this fleet does not know. */
  | { readonly kind: "unknown" };

export type StoredHold = Infer<typeof dropped>;

export type Untrusted = Extract<Hold, { kind: "untrusted" }>;

/** The fields that are read, of an issue or of one in brief. */
interface Line {
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

function written(line: Line, name: "holds" | "hold"): unknown {
  const fleet = line.metadata?.["fleet"];
  return isObject(fleet) ? fleet[name] : undefined;
}

/** True where a person has to say first that it may run: `metadata.fleet.hold` is there, whatever it says. */
export const isHeld = (line: Line): boolean => written(line, "hold") !== undefined;

/** The stored name of each kind of hold; "unknown" if it can't be understood. */
export function decodeHold(value: unknown): Untrusted | Extract<Hold, { kind: "unknown" }> {
  if (!is(untrusted, value)) return { kind: "unknown" };
  const { since, from, what } = value;
  return { kind: "untrusted", since, from, what };
}

export function holdOf(line: Line): ReturnType<typeof decodeHold> | undefined {
  const value = written(line, "hold");
  return value === undefined ? undefined : decodeHold(value);
}

/** The holds on the issue's line that are about its edges; "unknown" where they can't be understood. */
export function storedHolds(line: Line): readonly StoredHold[] | "unknown" {
  const holds = written(line, "holds");
  if (holds === undefined) return [];
  return is(stored, holds) ? holds : "unknown";
}

/** The part of fleet's record that an export keeps: the holds about edges. Trust is each home's own. */
export function holdsAlone(line: Line): Line["metadata"] {
  const holds = written(line, "holds");
  return holds === undefined ? undefined : { fleet: { holds } };
}

/** The part of the metadata that an issue in brief keeps: its holds of every kind. */
export function holdsInBrief(line: Line): Line["metadata"] {
  const [holds, hold] = [written(line, "holds"), written(line, "hold")];
  if (holds === undefined && hold === undefined) return undefined;
  return { fleet: { ...(holds === undefined ? {} : { holds }), ...(hold === undefined ? {} : { hold }) } };
}

/** The metadata with these holds in place of those that are there; undefined where nothing is left in it. */
export function withHolds(line: Line, holds: readonly StoredHold[]): Record<string, unknown> | undefined {
  const known = line.metadata?.["fleet"];
  const fleet: Record<string, unknown> = { ...(isObject(known) ? known : {}) };
  if (holds.length > 0) fleet["holds"] = holds;
  else delete fleet["holds"];
  const metadata: Record<string, unknown> = { ...line.metadata, fleet };
  if (Object.keys(fleet).length === 0) delete metadata["fleet"];
  return Object.keys(metadata).length === 0 ? undefined : metadata;
}

/** The hold in words, with the command that ends it. */
export function holdText(id: string, hold: Hold): string {
  switch (hold.kind) {
    case "missing":
      return `waits for ${hold.ids.join(", ")}, which this home does not have; ${dropCommands(id, hold.ids)}`;
    case "dropped":
      return `waits for ${hold.ids.join(", ")}, which an import could not read; ${dropCommands(id, hold.ids)}`;
    case "untrusted": {
      const what = hold.what.length === 0 ? "" : ` (${hold.what.join(", ")})`;
      return `is not trusted yet: it came from ${hold.from}${what}; ${trustCommand(id)}`;
    }
    case "unknown":
      return "is held for a reason that this version of fleet does not know; update fleet";
  }
}

const dropCommands = (id: string, ids: readonly string[]): string =>
  `import it, or drop the dependency: ${ids.map((to) => `fleet bd dep remove ${id} ${shellWord(to)}`).join("; ")}`;

/** What a person types who has seen what it would run. */
export const trustCommand = (id: string): string => `fleet bd update ${id} --cwd DIR --coder NAME, or --trust`;
