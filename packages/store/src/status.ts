/** The closed sets of beads 1.0.5, with the words they mean; a home may add its own by `bd config set status.custom`. */
import { type Custom, words } from "./custom.ts";
import type { Meta } from "./meta.ts";

/**
 * Built-in statuses.
 * open: may be worked on · in_progress: somebody holds it · blocked: waits for a person · deferred: not before a date ·
 * closed: finished · pinned: kept on top, never worked on · hooked: waits in an agent's hook.
 */
export const STATUSES = ["open", "in_progress", "blocked", "deferred", "closed", "pinned", "hooked"] as const;
export type BuiltInStatus = (typeof STATUSES)[number];
/** tombstone: deleted. Nobody sets it, and no list shows it. */
type KnownStatus = BuiltInStatus | "tombstone";
export type Status = KnownStatus | Custom;

const STATUS_WORDS = words<KnownStatus>([...STATUSES, "tombstone"]);
export const STATUS_SHAPE = STATUS_WORDS.shape;
export const asStatus = STATUS_WORDS.of;
export const knownStatus = STATUS_WORDS.known;

const STATUS_ICONS: Readonly<Record<BuiltInStatus, string>> = {
  open: "○",
  in_progress: "◐",
  blocked: "●",
  deferred: "❄",
  closed: "✓",
  pinned: "📌",
  hooked: "◇",
};

const isBuiltIn = (status: string): status is BuiltInStatus => STATUSES.some((known) => known === status);

export const statusIcon = (status: Status): string => (isBuiltIn(status) ? STATUS_ICONS[status] : "◆");

/** How a custom status counts: may be worked on, is worked on, finished, out of sight. */
type StatusCategory = "active" | "wip" | "done" | "frozen";
const CATEGORIES: readonly string[] = ["active", "wip", "done", "frozen"] satisfies StatusCategory[];

/** `status.custom`: "review:wip,parked:frozen"; a name alone is active. */
export function customStatuses(meta: Meta): ReadonlyMap<string, string> {
  const entries = (meta.config["status.custom"] ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  return new Map(
    entries.map((part) => {
      const [name = "", category = "active"] = part.split(":");
      return [name.trim(), CATEGORIES.includes(category.trim()) ? category.trim() : "active"];
    }),
  );
}

/** The statuses of this home: the built-in ones and its own. */
export const statusNames = (meta: Meta | undefined): Status[] => [
  ...STATUSES,
  ...(meta === undefined ? [] : [...customStatuses(meta).keys()].map(asStatus)),
];

export function isStatus(meta: Meta, status: string): status is Status {
  return isBuiltIn(status) || customStatuses(meta).has(status);
}

/** Hidden from `list` unless asked for. */
export function isHiddenStatus(meta: Meta, status: Status): boolean {
  if (status === "closed" || status === "pinned" || status === "tombstone") return true;
  const category = customStatuses(meta).get(status);
  return category === "done" || category === "frozen";
}

export const TYPES = [
  "bug",
  "feature",
  "task",
  "epic",
  "chore",
  "decision",
  "message",
  "molecule",
  "gate",
  "spike",
  "story",
  "milestone",
  "event",
] as const;
/** The last four are bd's own, which nobody makes by hand: `--type` finds them, and an import brings them. */
type KnownType = (typeof TYPES)[number] | "merge-request" | "agent" | "role" | "rig";
export type IssueType = KnownType | Custom;

const TYPE_WORDS = words<KnownType>([...TYPES, "merge-request", "agent", "role", "rig"]);
export const TYPE_SHAPE = TYPE_WORDS.shape;
export const asType = TYPE_WORDS.of;

const TYPE_ALIASES: Readonly<Record<string, KnownType>> = {
  enhancement: "feature",
  feat: "feature",
  dec: "decision",
  adr: "decision",
  investigation: "spike",
  timebox: "spike",
  "user-story": "story",
  user_story: "story",
  ms: "milestone",
  mr: "merge-request",
  mol: "molecule",
};

/** `types.custom`: "spec,review". */
export const customTypes = (meta: Meta): string[] =>
  (meta.config["types.custom"] ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");

export const typeNames = (meta: Meta | undefined): string[] => [
  ...TYPES,
  ...(meta === undefined ? [] : customTypes(meta)),
];

/** The type that is meant, aliases resolved; undefined when the home knows none of that name. */
export function typeOf(meta: Meta, written: string): IssueType | undefined {
  const type = TYPE_ALIASES[written.toLowerCase()] ?? asType(written);
  return TYPES.some((known) => known === type) || customTypes(meta).includes(type) ? type : undefined;
}

/** Never in `ready` unless `--type` names them: they are no work to be claimed. */
export const NOT_WORK: ReadonlySet<IssueType> = new Set([
  "merge-request",
  "gate",
  "molecule",
  "message",
  "agent",
  "role",
  "rig",
]);
/** Hidden from `list` unless asked for. */
export const INFRA: ReadonlySet<IssueType> = new Set(["message", "agent", "rig", "role", "gate"]);
/** In `bd ready` as in bd, but nothing a coder could be started on. */
export const CONTAINERS: ReadonlySet<IssueType> = new Set([
  "epic",
  "gate",
  "molecule",
  "milestone",
  "message",
  "merge-request",
  "event",
]);

/** The highest first; each is its place here. */
export const PRIORITIES: readonly string[] = ["0", "1", "2", "3", "4"];

/** 0..4 from "2" or "P2"; undefined for anything else. */
export function priorityOf(written: string): number | undefined {
  const at = PRIORITIES.indexOf(written.trim().replace(/^[pP]/, ""));
  return at < 0 ? undefined : at;
}

/** Edge types that `create --deps` takes; `dep add --type` takes others, too, which hold nothing back. */
export const EDGE_TYPES = [
  "blocks",
  "parent-child",
  "conditional-blocks",
  "waits-for",
  "related",
  "relates-to",
  "discovered-from",
  "replies-to",
  "duplicates",
  "supersedes",
  "authored-by",
  "assigned-to",
  "approved-by",
  "attests",
  "tracks",
  "until",
  "caused-by",
  "validates",
  "delegated-from",
] as const;
type KnownEdgeType = (typeof EDGE_TYPES)[number];
export type EdgeType = KnownEdgeType | Custom;

const EDGE_WORDS = words<KnownEdgeType>(EDGE_TYPES);
export const EDGE_SHAPE = EDGE_WORDS.shape;
export const asEdgeType = EDGE_WORDS.of;
export const isKnownEdgeType = EDGE_WORDS.isKnown;

const EDGE_ALIASES: ReadonlyMap<string, KnownEdgeType> = new Map([
  ["block", "blocks"],
  ["blockedby", "blocks"],
  ["dependson", "blocks"],
  ["dependency", "blocks"],
  ["parent", "parent-child"],
  ["child", "parent-child"],
]);

/** The type of an edge that was written otherwise: one that is not known would hold nothing back. */
export function edgeTypeMeant(type: string): KnownEdgeType | undefined {
  if (isKnownEdgeType(type)) return undefined;
  const plain = (word: string): string => word.toLowerCase().replaceAll(/[^a-z]/g, "");
  return EDGE_TYPES.find((known) => plain(known) === plain(type)) ?? EDGE_ALIASES.get(plain(type));
}

/** Edges that hold up the issue they start from until their target is closed. */
export const BLOCKING: ReadonlySet<string> = new Set(["blocks", "conditional-blocks"]);
export const PARENT = "parent-child";
/** Holds an issue up until the children of its target are closed. */
export const WAITS_FOR = "waits-for";
/** True for an edge by which an issue waits for its target, for its children, or for whatever it waits for. */
export const isHolding = (type: EdgeType): boolean => BLOCKING.has(type) || type === PARENT || type === WAITS_FOR;
/** True for what is in no home at all: `external:PROJECT:CAPABILITY` holds nobody, as in bd. */
export const isExternal = (id: string): boolean => id.startsWith("external:");
