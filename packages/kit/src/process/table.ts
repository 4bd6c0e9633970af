/**
 * The process table, as one pass serves everybody who looks at the same moment. Reading what processes use takes 10 ms
 * for 100 of them, their environments as much again (31 ms for 491), so variables are read only for who asks for them.
 */
import { readdirSync } from "node:fs";

import { childProcess, os } from "../node.ts";
import { shortageOf } from "../shortage.ts";
import { valueIn } from "./environ.ts";
import { isProcOurs, psEnvironment, readProc, startOfText, statFields } from "./id.ts";

export interface Proc {
  readonly pid: number;
  readonly ppid: number;
  readonly group: number;
  /** 0 where the system does not tell. */
  readonly session: number;
  /** As `startTime` of id.ts. */
  readonly start: string;
  /** Stopped by a signal until SIGCONT. */
  readonly isStopped: boolean;
  /** When it began: milliseconds since the machine's start. */
  readonly began: number;
  /** Milliseconds of CPU, its own and that of children it has waited for (Linux), so that a child's end loses nothing. */
  readonly cpu: number;
  /** The requested variables of its environment at its start; empty for another user's process. */
  readonly variables: Readonly<Record<string, string>>;
}

/** On Linux the unit of /proc's times is a hundredth of a second, whatever the kernel's own is. */
const TICK = 10;

/** Milliseconds since the machine's start, by the clock in which processes' starts are told. */
export const uptimeMs = (): number => os().uptime() * 1000;

const chosen = (names: readonly string[], value: (name: string) => string | undefined): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const found = value(name);
      return found === undefined ? [] : [[name, found]];
    }),
  );

/** Undefined for one that is gone, or dead and not reaped yet. */
function fromProc(pid: number, names: readonly string[]): Proc | undefined {
  // Too many open files say nothing of whether it lives.
  const stat = readProc(`${pid}/stat`);
  if (stat === undefined) return undefined;
  const fields = statFields(stat);
  if (fields[0] === "Z" || fields[0] === "X") return undefined;
  const number = (at: number): number => Number(fields[at]);
  const environ = names.length === 0 ? undefined : readProc(`${pid}/environ`);
  return {
    pid,
    ppid: number(1),
    group: number(2),
    session: number(3),
    start: fields[19] ?? "",
    isStopped: fields[0] === "T" || fields[0] === "t",
    began: number(19) * TICK,
    cpu: (number(11) + number(12) + number(13) + number(14)) * TICK,
    variables: environ === undefined ? {} : chosen(names, (name) => valueIn(environ, name)),
  };
}

/** "1-02:03:04", "03:04", "3:04.56" → milliseconds. */
export function clockText(text: string): number {
  const [days, rest] = text.includes("-") ? text.split("-") : ["0", text];
  const seconds = (rest ?? "").split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  return (Number(days) * 86_400 + seconds) * 1000;
}

const COLUMNS = "pid=,ppid=,pgid=,sess=,stat=,time=,etime=,lstart=,command=";
const LINE =
  /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\S+)\s+([\d:.-]+)\s+([\d:.-]+)\s+(\w+\s+\w+\s+\d+\s+[\d:]+\s+\d+)(?:\s+(.*))?$/;

/** The lines of `ps -axeww -o COLUMNS`, which shows environments to their owner. `since`: as `uptimeMs`. Pure. */
export function fromPsText(text: string, since: number, names: readonly string[] = []): Proc[] {
  return text.split("\n").flatMap((line) => {
    const found = LINE.exec(line);
    if (found === null || found[5]?.startsWith("Z") === true) return [];
    const [, pid, ppid, group, session, state = "", time = "", elapsed = "", started = "", command = ""] = found;
    const words = command.split(/\s+/);
    const value = (name: string): string | undefined =>
      words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
    return [
      {
        pid: Number(pid),
        ppid: Number(ppid),
        group: Number(group),
        session: Number(session) || 0,
        start: startOfText(started),
        isStopped: state.startsWith("T"),
        began: since - clockText(elapsed),
        cpu: clockText(time),
        variables: chosen(names, value),
      },
    ];
  });
}

function fromPs(names: readonly string[]): Proc[] {
  const { stdout } = childProcess().spawnSync("ps", ["-axeww", "-o", COLUMNS], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    env: psEnvironment(),
  });
  return fromPsText(stdout ?? "", uptimeMs(), names);
}

/** False where the system shows no processes, or those of another PID namespace. */
export const isTableReadable = (): boolean => process.platform !== "linux" || isProcOurs();

/**
 * Every living process; zombies are not among them. Undefined where the system shows none, or those of another PID
 * namespace: whoever looks is always among them, so a table without us is no table. `variables`: the names of those that
 * are wanted of each. Throws where the machine is short of something.
 */
export function processTable(variables: readonly string[] = []): Proc[] | undefined {
  if (process.platform !== "linux") return withUs(fromPs(variables));
  if (!isTableReadable()) return undefined;
  try {
    return withUs(
      readdirSync("/proc").flatMap((name) => {
        const pid = Number(name);
        return Number.isInteger(pid) ? (fromProc(pid, variables) ?? []) : [];
      }),
    );
  } catch (error) {
    if (shortageOf(error) !== undefined) throw error;
    return undefined;
  }
}

/** A table in which whoever looks is missing tells nothing. */
export const withUs = (all: Proc[]): Proc[] | undefined =>
  all.some(({ pid }) => pid === process.pid) ? all : undefined;

/** These of them that live now (Linux; elsewhere none is looked up alone). */
export const processesOf = (pids: readonly number[], variables: readonly string[] = []): Proc[] =>
  process.platform === "linux" ? pids.flatMap((pid) => fromProc(pid, variables) ?? []) : [];
