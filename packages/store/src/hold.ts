/**
 * Why an issue is not started, whatever its status says. Two sources: what its edges point at (`missing`, found by Graph and
 * kept nowhere, so that it ends when the issue arrives), and what stands on its line under `metadata.fleet.holds`, because
 * nothing else would tell. Graph.holds gives both; whoever starts work asks nothing else.
 *
 * A closed union. A new kind needs a member here, a shape in `stored` where it is kept on the line, a case in
 * Graph.holds, and its words in `holdText`.
 */
import { array, type Infer, is, isObject, matching, object, string } from "./shape.ts";

const dropped = object({ kind: matching(/^dropped$/, "dropped"), ids: array(string) });

const stored = array(dropped);

export type Hold =
  /** It waits for issues that this home has no line of, not even of a deleted one. Ends when they arrive. */
  | { readonly kind: "missing"; readonly ids: readonly string[] }
  /** It waits for issues whose rows an import had to drop. Ends when they are imported. */
  | { readonly kind: "dropped"; readonly ids: readonly string[] }
  /** Its line says that it is held, in words that this fleet does not know. */
  | { readonly kind: "unknown" };

export type StoredHold = Infer<typeof dropped>;

/** What of an issue, or of one in brief, is looked at. */
interface Line {
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

function written(line: Line): unknown {
  const fleet = line.metadata?.["fleet"];
  return isObject(fleet) ? fleet["holds"] : undefined;
}

/** The holds on the issue's line; "unknown" where they can't be understood. */
export function storedHolds(line: Line): readonly StoredHold[] | "unknown" {
  const holds = written(line);
  if (holds === undefined) return [];
  return is(stored, holds) ? holds : "unknown";
}

/** What an issue in brief keeps of its metadata: its holds. */
export function holdsAlone(line: Line): Line["metadata"] {
  const holds = written(line);
  return holds === undefined ? undefined : { fleet: { holds } };
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
    case "unknown":
      return "is held for a reason that this version of fleet does not know; update fleet";
  }
}

const dropCommands = (id: string, ids: readonly string[]): string =>
  `import it, or drop the dependency: ${ids.map((to) => `fleet bd dep remove ${id} ${to}`).join("; ")}`;
