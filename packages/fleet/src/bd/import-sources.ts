/** Reads the source of an import: a JSONL file, a markdown plan, a beads workspace, a running bd, another fleet home. */
import { existsSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";

import { type Ran, runProgram } from "@fleet/kit/process/run";
import { MIB } from "@fleet/kit/read";
import { decodeText, faultyLines } from "@fleet/kit/encoding";
import { readGivenBytes } from "@fleet/kit/given";
import { errno } from "@fleet/kit/errors";
import { withoutWhere } from "@fleet/kit/git/environment";
import { holdsAlone } from "@fleet/store/hold";
import type { Issue } from "@fleet/store/issue";
import { memoryTime, memoriesOf } from "@fleet/store/memories";
import { mergeRecord, withMergeRecord } from "@fleet/store/merge/record";
import type { Snapshot } from "@fleet/store/snapshot";
import { excess, MOST } from "@fleet/store/outside";
import { Store } from "@fleet/store/store";
import { stamp } from "@fleet/store/time";

import { fromCwd } from "../app/cwd.ts";
import type { Ctx } from "./context.ts";
import { Refusal } from "./errors.ts";
import { type BadLine, type Candidate, type Incoming, type IncomingMemory, readJsonl } from "./import-rows.ts";
import { unclaimed } from "./import-terms.ts";
import { bar } from "./progress.ts";
import { realBd } from "../app/real-bd.ts";
import { fileTrouble } from "./texts.ts";

export interface Opened {
  readonly name: string;
  /** `snapshot`: undefined where there is no home yet. */
  readonly read: (snapshot: Snapshot | undefined) => Incoming;
}

/** Independent of the snapshot. */
export const fixed = (name: string, incoming: Incoming): Opened => ({ name, read: () => incoming });

/** The names of a beads workspace's issues file, the current one first. */
const NAMES = ["issues.jsonl", "beads.jsonl", "beads.base.jsonl"];

/** The largest file in bytes: Node's strings are no longer. */
const LARGEST = 512 * MIB;

function checkRows(text: string): void {
  let rows = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) rows++;
  if (rows > MOST.rows + 1)
    throw new Refusal(`cannot import ${rows} lines at once; the most is ${MOST.rows}`, {
      hint: `split -l ${MOST.rows} FILE, then fleet bd import each part`,
    });
}

export const jsonl = (ctx: Ctx, bytes: Buffer, named: string): Incoming => {
  const { text, faulty } = textOf(bytes, named);
  checkRows(text);
  const progress = bar(ctx, "Reading");
  const incoming = readJsonl(text, ctx.now, progress, faulty);
  progress.done();
  return incoming;
};

const tooLarge = (named: string, cause?: unknown): Refusal =>
  new Refusal(`cannot read ${named}: it is larger than 512 MB`, {
    hint: `split -C 500m ${named}, then fleet bd import each part`,
    cause,
  });

function textOf(bytes: Buffer, named: string): { readonly text: string; readonly faulty: ReadonlySet<number> } {
  try {
    // Another system's shell may write UTF-16; an invalid line does not affect the others.
    const decoded = decodeText(bytes);
    if ("text" in decoded) return { text: decoded.text, faulty: new Set() };
    return { text: bytes.toString("utf8"), faulty: faultyLines(bytes) };
  } catch (error) {
    if (errno(error) === "ERR_STRING_TOO_LONG") throw tooLarge(named, error);
    throw error;
  }
}

function slurp(path: string, named: string): Buffer {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > LARGEST) throw tooLarge(named);
  try {
    return readGivenBytes(path);
  } catch (error) {
    if (errno(error) === "ERR_FS_FILE_TOO_LARGE") throw tooLarge(named, error);
    throw new Refusal(`cannot read ${named}: ${fileTrouble(error)}`, { cause: error });
  }
}

/** Parsed once the home is known: references of a plan are looked up there. */
async function plan(path: string, named: string): Promise<Opened["read"]> {
  const [{ planText }, { planRows }] = await Promise.all([import("./plan-file.ts"), import("./import-plan.ts")]);
  const saved = stamp(Math.floor(statSync(path).mtimeMs / 1000) * 1000);
  const text = planText(path, `cannot read ${named}`);
  return (snapshot) => planRows(text, named, saved, snapshot);
}

/** As another home may see it: without attempts, and without claims held by attempts there. */
function carried(line: Issue): Issue {
  const record = mergeRecord(line);
  const { metadata: given, ...rest } = unclaimed(line);
  const { fleet: _fleet, ...own } = given ?? {};
  const metadata = { ...own, ...holdsAlone(line) };
  const bare: Issue = Object.keys(metadata).length === 0 ? rest : { ...rest, metadata };
  return withMergeRecord(bare, { at: record.at, was: record.was, setAside: record.setAside });
}

function otherHome(ctx: Ctx, home: string): Incoming {
  if (resolve(home) === resolve(ctx.home)) throw new Refusal(`${home} is this home`);
  const snapshot = new Store(home).snapshot();
  const where = (id: string): string => `issue ${id}`;
  const candidates: Candidate[] = [];
  const bad: BadLine[] = snapshot.problems.map(({ file, line, reason }) => ({ where: `${file}:${line}`, why: reason }));
  for (const line of snapshot.lines()) {
    const tooMuch = excess(line);
    if (tooMuch === undefined) candidates.push({ issue: carried(line), where: where(line.id), kind: "stamped" });
    else bad.push({ where: where(line.id), why: tooMuch, id: line.id });
  }
  const { values, others } = memoriesOf(snapshot);
  const memories = new Map<string, IncomingMemory>();
  for (const [key, value] of values) {
    const { updated_at: _updated, replaces: _replaces, ...rest } = others?.get(key) ?? {};
    const at = memoryTime(others?.get(key));
    memories.set(key, { value, ...(at === undefined ? {} : { at }), others: rest });
  }
  return { candidates, memories, bad, passedOver: [] };
}

function directory(ctx: Ctx, path: string, named: string): Opened {
  if (existsSync(join(path, ".git", "fleet"))) return fixed(named, otherHome(ctx, path));
  const beads = basename(path) === ".beads" ? path : join(path, ".beads");
  const files = [beads, path].flatMap((dir) => NAMES.map((name) => join(dir, name)));
  const file = files.find((candidate) => existsSync(candidate));
  if (file === undefined) {
    throw new Refusal(`cannot read ${named}: no issues.jsonl in it`, {
      hint: existsSync(beads) ? `fleet bd import --from-bd ${named} asks the bd that is installed` : undefined,
    });
  }
  return fixed(named, jsonl(ctx, slurp(file, named), named));
}

/** A file or a directory, by path. */
export async function opened(ctx: Ctx, named: string): Promise<Opened> {
  const path = fromCwd(ctx.io, named);
  let isDirectory: boolean;
  try {
    isDirectory = statSync(path).isDirectory();
  } catch (error) {
    throw new Refusal(`cannot read ${named}: stat ${named}: ${fileTrouble(error)}`, { cause: error });
  }
  if (isDirectory) return directory(ctx, path, named);
  if (/\.(?:md|markdown)$/i.test(path)) return { name: named, read: await plan(path, named) };
  return fixed(named, jsonl(ctx, slurp(path, named), named));
}

/** What the installed bd exports from the workspace in that directory. */
export async function fromBd(ctx: Ctx, named: string): Promise<Opened> {
  const cwd = fromCwd(ctx.io, named);
  const bd = realBd(ctx.io.env, ctx.home);
  if (bd === undefined)
    throw new Refusal("no bd is installed that could export (it was looked for on PATH)", {
      hint: `fleet bd import ${named}, if it has a .beads/issues.jsonl`,
    });
  const env = Object.fromEntries(
    Object.entries(withoutWhere(ctx.io.env)).filter(([name]) => !/^(?:BEADS_(?:DIR|DB)|BD_DB|FLEET_.*)$/.test(name)),
  );
  // Older versions have no --all.
  for (const args of [["export", "--all"], ["export"]]) {
    const done = await runProgram({ file: bd, args, cwd, env, most: LARGEST });
    if (done.kind === "ended" && done.code === 0) return fixed(named, jsonl(ctx, Buffer.from(done.stdout), named));
    const why = whyNot(done);
    if (!why.includes("unknown flag")) throw new Refusal(`bd export in ${named} failed: ${why}`);
  }
  throw new Refusal(`bd export in ${named} failed`);
}

function whyNot(done: Ran): string {
  switch (done.kind) {
    case "ended":
      return done.stderr.trim().split("\n")[0] ?? "";
    case "not-started":
      return done.why;
    case "too-much":
      return "it printed more than 512 MB";
    case "timed-out":
      return "it did not end";
  }
}
