/**
 * The signs of life of a running attempt. Each look compares what the log told; only when nothing has come for a while are
 * its other files and its processes looked at, every few seconds. Changes of the verdict go to its directory, and what a
 * person should know to the journal.
 */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

import type { Issue } from "@fleet/store/issue";

import { FILES } from "../attempt/paths.ts";
import { thresholdsFor } from "../config/liveness.ts";
import { readEnd } from "../files.ts";
import { type Asked, asksPerson } from "./asks-person.ts";
import type { Context } from "./context.ts";
import type { Handle } from "./handle.ts";
import { inWords, type Liveness, liveness, type Observation, type Open, type Thresholds } from "./liveness.ts";
import { shownAs, writeLiveness } from "./liveness-file.ts";
import { describe } from "./troubles.ts";
import { STIR_OVER, stirs, treeOf, uptimeMs, type Vitals } from "./vitals.ts";

/** What is remembered between two looks. Times are monotonic milliseconds, but for `spokeAt`. */
export interface Life {
  watchedSince: number;
  lookedAt: number;
  /** What the log had told by then. */
  events: number;
  bytes: number;
  eventAt: number;
  beatAt: number;
  grewAt: number;
  busyAt: number;
  /** Before the last line that says something, in milliseconds since the machine's start, as processes' starts are told. */
  spokeAt: number;
  /** The last look at files and processes, and the one from which it is reckoned whether it stirs. */
  sample: Sample | undefined;
  base: Sample | undefined;
  /** The verdict that is on disk; empty for none. */
  shown: string;
  said: string;
}

interface Sample {
  readonly at: number;
  readonly cpu: number;
  readonly children: number | undefined;
  /** Sizes and times of files: growth is a difference. */
  readonly marks: string;
  readonly asked: Asked | undefined;
}

/** A look at files and processes comes at most so often, and at least so seldom where thresholds are short. */
const MOST_OFTEN = 100;
const USUAL = 5_000;
/** Two looks so far apart (a sleeping machine, a stopped supervisor) have not seen what was between them. */
const GAP = 30_000;

const NEVER = { hungAfter: Infinity, stopWaitingAfter: Infinity };

/** What it needs of the supervisor. */
type Watcher = Pick<Context, "clock" | "config" | "journal">;

export interface Seen {
  readonly issue: Issue | undefined;
  /** What it asks a person by `fleet ask`, and waits. */
  readonly asks: string | undefined;
  /** The process, or group, from which its tree is found. */
  readonly leader: () => number;
  readonly vitals: Pick<Vitals, "at">;
}

export function watchLife(context: Watcher, handle: Handle, seen: Seen): Liveness {
  const config = context.config();
  const coder = handle.record?.coder ?? handle.coderName;
  const { thresholds: written, problems } = thresholdsFor(config.liveness, coder, seen.issue);
  // What is written on a task that can't be read is not known, and nothing is stopped on that.
  const thresholds = seen.issue === undefined ? { ...written, ...NEVER } : written;
  const now = context.clock.monotonic();
  const life = (handle.life ??= begun(handle, now, context.clock.wall()));
  if (now - life.lookedAt > Math.max(GAP, 3 * config.poll_interval)) {
    life.watchedSince = now;
    life.sample = life.base = undefined;
  }
  hear(handle, life, now);
  life.lookedAt = now;
  if (now - life.eventAt >= thresholds.workingWithin / 2) feel(handle, life, thresholds, { ...seen, now });
  else life.sample = life.base = undefined;
  const verdict = liveness(observed(context, handle, life, { asks: seen.asks, now }), thresholds);
  for (const problem of problems) sayOnce(context, handle, life, "trouble", problem);
  show(context, handle, life, verdict);
  return verdict;
}

/** Of one that was adopted the age of its files tells how long it has been silent; nobody has watched it so long. */
function begun({ dir, record, tail }: Handle, now: number, wall: number): Life {
  const grown = [FILES.log, FILES.stderr].map((name) => statSync(join(dir, name), { throwIfNoEntry: false })?.mtimeMs);
  const age = Math.max(0, wall - Math.max(...grown.map((at) => at ?? 0)));
  const eventAt = Math.max(record?.monotonic ?? now, now - age);
  return {
    watchedSince: now,
    lookedAt: now,
    events: tail?.facts.events ?? 0,
    bytes: tail?.bytes ?? 0,
    eventAt,
    beatAt: eventAt,
    grewAt: eventAt,
    busyAt: eventAt,
    spokeAt: uptimeMs() - (now - eventAt),
    sample: undefined,
    base: undefined,
    shown: "",
    said: "",
  };
}

/** What the log tells since the last look. */
function hear({ tail }: Handle, life: Life, now: number): void {
  if (tail === undefined) return;
  if (tail.bytes !== life.bytes) life.beatAt = now;
  if (tail.facts.events !== life.events) {
    life.eventAt = now;
    // It was printed after the last look, and what began since then may be its work.
    life.spokeAt = uptimeMs() - (now - life.lookedAt);
  }
  life.bytes = tail.bytes;
  life.events = tail.facts.events;
}

/** Looks at files and processes, and draws what follows from the difference to the last such look. */
function feel(
  handle: Handle,
  life: Life,
  thresholds: Thresholds,
  { leader, vitals, now }: { readonly leader: () => number; readonly vitals: Pick<Vitals, "at">; readonly now: number },
): void {
  const every = Math.min(USUAL, Math.max(MOST_OFTEN, thresholds.workingWithin / 4));
  const last = life.sample;
  if (last !== undefined && now - last.at < every) return;
  const pass = vitals.at(now, every / 2);
  if (last?.at === pass.at) return;
  const { cpu, children } = treeOf(pass, leader(), life.spokeAt);
  const marks = marksOf(handle.dir);
  const sample = { at: pass.at, cpu, children, marks, asked: asksPerson(lastWords(handle)) };
  life.sample = sample;
  life.base ??= sample;
  if (sample.at - life.base.at >= Math.min(STIR_OVER, thresholds.hungAfter / 4)) {
    if (stirs(life.base, sample)) life.beatAt = now;
    life.base = sample;
  }
  if (last === undefined) return;
  if (cpu - last.cpu >= thresholds.workingCpu * (sample.at - last.at)) life.busyAt = now;
  if (marks !== last.marks) life.grewAt = now;
}

/** Of so many files the newest is looked for; it is a sign of life, not an account of them. */
const MOST_FILES = 200;
const DEPTH = 4;

function marksOf(dir: string): string {
  const stderr = statSync(join(dir, FILES.stderr), { throwIfNoEntry: false });
  let newest = 0;
  let count = 0;
  const look = (path: string, depth: number): void => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined || ++count > MOST_FILES) return;
    newest = Math.max(newest, stat.mtimeMs);
    if (stat.isDirectory() && depth > 0) for (const name of readdirSync(path)) look(join(path, name), depth - 1);
  };
  try {
    look(join(dir, "scratch"), DEPTH);
  } catch {
    // What the coder takes away or closes to us in the middle of this is looked at the next time.
  }
  return `${stderr?.size ?? 0} ${newest}`;
}

const LAST_WORDS = 2_000;

/** The end of what it printed last, wherever: words on standard error that came before its last event ask nobody now. */
function lastWords({ dir, tail }: Handle): string {
  const unfinished = tail?.unfinished ?? "";
  if (unfinished !== "") return unfinished;
  const [log, stderr] = [FILES.log, FILES.stderr].map((name) => statSync(join(dir, name), { throwIfNoEntry: false }));
  if ((stderr?.mtimeMs ?? 0) < (log?.mtimeMs ?? 0)) return "";
  return readEnd(join(dir, FILES.stderr), LAST_WORDS) ?? "";
}

function observed(
  context: Watcher,
  handle: Handle,
  life: Life,
  { asks, now }: { readonly asks: string | undefined; readonly now: number },
): Observation {
  const facts = handle.tail?.facts;
  const open = openIn(context, handle, now);
  const asked = open === undefined ? life.sample?.asked : undefined;
  const prompted = asked?.isPrompt === true ? asked : undefined;
  return {
    now,
    watchedSince: life.watchedSince,
    eventAt: life.eventAt,
    grewAt: life.grewAt,
    busyAt: life.busyAt,
    beatAt: life.beatAt,
    open,
    children: childrenAtWork(handle, life),
    waiting: asks === undefined ? (facts?.waiting ?? prompted) : { for: "answer", text: asks },
    seemsToAsk: asked,
    last: facts?.lastAction ?? "",
  };
}

/**
 * Before the first thing that a coder does which tells when its tools begin, it has started no tool: what it started are
 * servers for it (codex starts those of MCP in groups of their own, after its first line).
 */
function childrenAtWork({ coder, tail }: Handle, { sample }: Life): number | undefined {
  const isBefore = coder?.capabilities.reportsToolStarts === true && tail?.facts.lastAction === "";
  return isBefore && sample?.children !== undefined ? 0 : sample?.children;
}

/** The oldest tool that is open, or the background work; a script as a whole is one. */
function openIn({ clock }: Watcher, { coder, record, tail }: Handle, now: number): Open | undefined {
  const started = record?.monotonic ?? now;
  if (coder?.capabilities.exitZero === "done") return { what: "its script", since: started };
  const { toolsOpen = [], background = 0 } = tail?.facts ?? {};
  const [first, ...others] = toolsOpen;
  if (first !== undefined) {
    const name = first.summary === "" ? first.tool : `${first.summary} (${first.tool})`;
    const began = tail?.began(first.id);
    const since = began === undefined ? started : Math.max(started, now - Math.max(0, clock.wall() - began));
    return { what: others.length === 0 ? name : `${name} and ${others.length} more`, since };
  }
  if (background === 0) return undefined;
  return { what: background === 1 ? "a background task" : `${background} background tasks`, since: started };
}

/** Written when it changes; a disk that is full holds up nothing, and the next look tries again. */
function show(context: Watcher, handle: Handle, life: Life, verdict: Liveness): void {
  const now = context.clock.monotonic();
  const key = JSON.stringify(keyOf(verdict));
  if (key === life.shown) return;
  try {
    writeLiveness(handle.dir, shownAs(verdict, now, context.clock.wall()));
  } catch (error) {
    sayOnce(context, handle, life, "trouble", `its liveness can't be written: ${describe(error)}`);
    return;
  }
  life.shown = key;
  const isNews = verdict.kind === "hung" || verdict.kind === "waiting" || (verdict.kind === "quiet" && verdict.warned);
  if (isNews) context.journal.write(verdict.kind, `attempt ${handle.ref.n}: ${inWords(verdict, now)}`, handle.task);
}

/** What makes a verdict another one than before: not that its time passes. */
function keyOf(verdict: Liveness): readonly unknown[] {
  switch (verdict.kind) {
    case "working":
    case "hung":
    case "dead":
      return [verdict.kind];
    case "quiet":
      return [verdict.kind, verdict.doing, verdict.warned];
    case "waiting":
      return [verdict.kind, verdict.for, verdict.asks];
  }
}

function sayOnce({ journal }: Watcher, handle: Handle, life: Life, event: string, text: string): void {
  if (life.said === text) return;
  life.said = text;
  journal.write(event, text, handle.task);
}
