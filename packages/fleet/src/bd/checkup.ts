/** The checks of `bd doctor`: lines, edges, cycles, claims, git, the branch, the settings. Read-only. */
import { counted } from "@fleet/kit/figures";
import { statSync } from "node:fs";
import { join } from "node:path";

import { shellWord } from "@fleet/kit/shell";
import { isLeftBehind } from "@fleet/store/claims";
import { gitAgainOn, gitOn } from "@fleet/store/git/hint";
import { gitSync } from "@fleet/store/git/run";
import { heldHere } from "@fleet/store/held-here";
import { type Dependency, isLive, type Issue } from "@fleet/store/issue";
import type { Snapshot } from "@fleet/store/snapshot";
import { Graph } from "@fleet/store/graph";
import { type Hold, holdText } from "@fleet/store/hold";
import { isExternal, isHolding, PARENT } from "@fleet/store/status";
import type { Store } from "@fleet/store/store";
import { begunAmong, loops } from "@fleet/store/loops";
import { type Loop, loopText, weakest } from "@fleet/store/waits";
import { movedBack } from "@fleet/store/moved-back";

import { type Check, claimChecks, settingsChecks, supervisorChecks } from "../app/views/checkup.ts";
import { workspaceChecks } from "../app/views/checkup-workspaces.ts";

const FIX = "fleet bd doctor --fix";

function lines(snapshot: Snapshot): Check[] {
  return snapshot.problems.map(({ file, line, column, reason, mend, id }) => {
    const fixable = id !== undefined;
    const place = line === 0 ? file : `${file}:${line}${column === undefined ? "" : `:${column}`}`;
    return { name: "line", status: "error", message: `${place}: ${reason}`, fix: fixable ? FIX : mend, fixable };
  });
}

/** An id of another queue: the issue may still arrive by an import or a sync, so the edge is kept. */
export const isForeign = (snapshot: Snapshot, id: string): boolean => !id.startsWith(`${snapshot.meta.prefix}-`);

function edges(snapshot: Snapshot, all: readonly Issue[]): Check[] {
  const ids = new Set(all.map(({ id }) => id));
  return all.flatMap((issue) =>
    (issue.dependencies ?? [])
      .filter(({ depends_on_id: to }) => !isExternal(to) && !ids.has(to) && snapshot.trouble(to) === undefined)
      .map((edge) => lostEdge(snapshot, issue, edge)),
  );
}

function lostEdge(snapshot: Snapshot, issue: Issue, { depends_on_id: to, type }: Dependency): Check {
  const isNowhere = snapshot.line(to) === undefined;
  const fixable = !isNowhere || !isForeign(snapshot, to);
  const gone = isNowhere ? (fixable ? "is not there" : "is of another prefix and not in this home") : "was deleted";
  const held = isNowhere && isHolding(type) && isLive(issue) ? "; it is held until that issue arrives" : "";
  return {
    name: "edge",
    status: "warning",
    message: `${issue.id} depends on ${to} (${type}), which ${gone}${held}`,
    fix: `fleet bd dep remove ${issue.id} ${shellWord(to)}`,
    fixable,
  };
}

/** Problems of single lines, and those that a sync brought; missing issues are reported with the edges. */
function holds({ gitDir }: Store, snapshot: Snapshot): Check[] {
  const graph = new Graph(snapshot);
  const here = heldHere(gitDir);
  return [...snapshot.live.values()].flatMap((issue) =>
    graph.holds(issue, here).flatMap((hold): Check[] => {
      if (hold.kind === "missing") return [];
      const message = `${issue.id} ${holdText(issue.id, hold)}`;
      return [{ name: "hold", status: "warning", message, fix: holdFix(issue.id, hold) }];
    }),
  );
}

function holdFix(id: string, hold: Hold): string {
  switch (hold.kind) {
    case "missing":
    case "dropped":
      return `fleet bd dep remove ${id} ${shellWord(hold.ids[0] ?? "")}`;
    case "untrusted":
      return `fleet bd update ${id} --trust`;
    case "unknown":
      return `fleet bd show ${id}`;
  }
}

/** Cycles of blocking edges among live issues, and of parents, which are wrong even among closed ones. */
export function loopsAmong(all: readonly Issue[]): Loop[] {
  const families = all.map((issue): Issue => ({
    ...issue,
    status: "open",
    dependencies: (issue.dependencies ?? []).filter(({ type }) => type === PARENT),
  }));
  const found = [...loops(all, begunAmong(all)), ...loops(families, new Set())];
  return [...new Map(found.map((loop) => [[...loop.ids].sort().join(" "), loop])).values()];
}

const circles = (snapshot: Snapshot, all: readonly Issue[]): Check[] =>
  loopsAmong(all).map((loop): Check => {
    const areParents = loop.edges.every(({ type }) => type === PARENT);
    const open = weakest(loop, (id) => snapshot.issue(id));
    return {
      name: "cycle",
      status: "error",
      message: `${areParents ? "these are each other's parents" : "these wait for each other"}: ${loopText(loop)}`,
      fix: open === undefined ? FIX : `fleet bd dep remove ${open.from} ${shellWord(open.to)}`,
      fixable: true,
    };
  });

/** What other users of this machine may do with the home; fleet makes homes for the owner alone. */
function privacy(home: string, gitDir: string): Check[] {
  return [home, gitDir, join(gitDir, "config"), join(home, "tasks")].flatMap((path): Check[] => {
    const stat = statSync(path, { throwIfNoEntry: false });
    const others = (stat?.mode ?? 0) & 0o077;
    // Nothing below a directory without search permission can be reached.
    if (stat === undefined || others === 0 || (path !== home && isPrivate(home))) return [];
    const may = (others & 0o022) === 0 ? "read" : "write";
    const fix = `chmod ${stat.isDirectory() ? "700" : "600"} ${shellWord(path)}`;
    return [{ name: "private", status: "warning", message: `others may ${may} ${path}`, fix }];
  });
}

const isPrivate = (path: string): boolean => ((statSync(path, { throwIfNoEntry: false })?.mode ?? 0o077) & 0o077) === 0;

/** Open, but assigned to an attempt that has ended: nothing starts it, and no one works on it. */
const leftBehind = (snapshot: Snapshot): Check[] =>
  [...snapshot.live.values()]
    .filter((issue) => issue.status === "open" && isLeftBehind(issue))
    .map(({ id, assignee = "" }) => ({
      name: "claim",
      status: "warning",
      message: `${id} is open, and assigned to ${assignee}, an attempt that has ended`,
      fix: `fleet retry ${id}`,
      fixable: true,
    }));

const MOST_HOLDS = 20;

/** Of many problems, how many more there are. */
function someHolds(store: Store, snapshot: Snapshot): Check[] {
  const all = holds(store, snapshot);
  if (all.length <= MOST_HOLDS) return all;
  const message = `${all.length - MOST_HOLDS} more issues are held`;
  return [...all.slice(0, MOST_HOLDS), { name: "hold", status: "warning", message, fix: "fleet tasks --all" }];
}

function repository(store: Store, deep: boolean): Check[] {
  const args = ["fsck", "--no-progress", "--no-dangling", ...(deep ? [] : ["--connectivity-only"])];
  const { code, stdout, stderr } = gitSync(store.gitDir, args);
  const said = `${stdout.toString("utf8")}${stderr}`.split("\n").filter((line) => line.trim() !== "");
  const bad = said.filter((line) => !/^(?:notice|dangling)\b/.test(line));
  if (code === 0 && bad.length === 0) return [{ name: "git", status: "ok", message: "git fsck found nothing" }];
  const fix = `${gitAgainOn(store.gitDir)} fsck  # a copy of the home can give objects back: ${gitOn(store.gitDir)} fetch COPY`;
  return [{ name: "git", status: "error", message: `git fsck: ${bad.slice(0, 3).join("; ")}`, fix }];
}

function branch(store: Store): Check[] {
  const moved = movedBack(store.home);
  if (moved === undefined) return [];
  const message = `the branch was moved back: it is at ${moved.to.slice(0, 10)}, without ${moved.from.slice(0, 10)}, which was written`;
  return [{ name: "branch", status: "error", message, fix: moved.mend }];
}

/** `env`: the caller's, for git in the depots. */
export async function checkup(
  store: Store,
  now: number,
  { deep, env }: { readonly deep: boolean; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<Check[]> {
  const snapshot = store.snapshot();
  const all = snapshot.all();
  const message = `${store.home}, ${counted(all.length, "issue")}, at ${snapshot.tip.slice(0, 10)}`;
  return [
    { name: "home", status: "ok", message },
    ...lines(snapshot),
    ...edges(snapshot, all),
    ...circles(snapshot, all),
    ...claimChecks(store, snapshot, now),
    ...leftBehind(snapshot),
    ...someHolds(store, snapshot),
    ...privacy(store.home, store.gitDir),
    ...branch(store),
    ...repository(store, deep),
    ...settingsChecks(store.home),
    ...(await workspaceChecks(store.home, snapshot, { deep, env, now })),
    ...supervisorChecks(store.home),
  ];
}
