/** Open work of an attempt, by its stream and its processes: a tool, background work, its script as a whole. Pure. */
import type { Capabilities } from "@fleet/coders/coder";
import type { Facts } from "@fleet/coders/facts";

import type { Life } from "./life.ts";
import type { Open } from "./liveness.ts";

/** The facts from its stream; undefined if it has none yet. */
type Told = Pick<Facts, "toolsOpen" | "background" | "lastAction"> | undefined;
/** Undefined for a coder that is not in the settings any more. */
type Can = Pick<Capabilities, "exitZero" | "reportsToolStarts"> | undefined;

/** A script as a whole is one tool. */
const isScript = (can: Can): boolean => can?.exitZero === "done";

interface When {
  /** Monotonic; the attempt's start. */
  readonly started: number;
  readonly now: number;
  readonly wall: number;
  /** When a tool began, in milliseconds since 1970. */
  readonly began: (tool: string) => number | undefined;
}

/** The oldest tool that is open, or the background work. */
export function openWork(can: Can, told: Told, { started, now, wall, began }: When): Open | undefined {
  if (isScript(can)) return { what: "its script", since: started };
  const { toolsOpen = [], background = 0 } = told ?? {};
  const [first, ...others] = toolsOpen;
  if (first !== undefined) {
    const name = first.summary === "" ? first.tool : `${first.summary} (${first.tool})`;
    const at = began(first.id);
    const since = at === undefined ? started : Math.max(started, now - Math.max(0, wall - at));
    return { what: others.length === 0 ? name : `${name} and ${others.length} more`, since };
  }
  if (background === 0) return undefined;
  return { what: background === 1 ? "a background task" : `${background} background tasks`, since: started };
}

/**
 * Before the first thing that a coder does which tells when its tools begin, it has started no tool: what it started are
 * servers for it (codex starts those of MCP in groups of their own, after its first line).
 */
export function childrenAtWork(can: Can, told: Told, { sample }: Pick<Life, "sample">): number | undefined {
  const isBefore = can?.reportsToolStarts === true && told?.lastAction === "";
  return isBefore && sample?.children !== undefined ? 0 : sample?.children;
}

interface Since {
  /** Something was done since the last such look. */
  readonly acted: boolean;
  readonly now: number;
  readonly quietAfter: number;
}

/**
 * Whether something of an attempt is open though its work is over: a tool, background work, words that come, a child that
 * began after its last word, or its script as a whole. What is silent for so long that it would be called quiet is not,
 * unless its stream says that it is in a tool.
 */
export function isStillOpen(can: Can, told: Told, life: Life, { acted, now, quietAfter }: Since): boolean {
  if (acted || (told !== undefined && (told.toolsOpen.length > 0 || told.background > 0))) return true;
  if (now - Math.max(life.eventAt, life.grewAt, life.busyAt) >= quietAfter) return false;
  return isScript(can) || (childrenAtWork(can, told, life) ?? 0) > 0;
}
