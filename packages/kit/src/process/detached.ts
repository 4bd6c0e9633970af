/** Starts a program that lives on without us: a session of its own, no pipe to us, its output straight into files. */
import { closeSync } from "node:fs";

import { DiskError } from "../errors.ts";
import { openAppend } from "../in-place.ts";
import { childProcess } from "../node.ts";
import { openRegular } from "../read.ts";

export interface Detached {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** A file that it reads; nothing where none is given. */
  readonly stdin?: string;
  /** Files to which it appends; they may be one. */
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly pid: number;
  /** For as long as we live and look. */
  readonly hasEnded: () => boolean;
  /** At once, whatever it is at. */
  readonly kill: () => void;
}

/** Resolves when the system has made the process; rejects when it would not (no such directory, no memory). */
export async function startDetached(what: Detached): Promise<Started> {
  const open: number[] = [];
  const kept = (file: number): number => {
    open.push(file);
    return file;
  };
  try {
    const input = what.stdin === undefined ? ("ignore" as const) : kept(openInput(what.stdin));
    const out = kept(openAppend(what.stdout));
    const err = kept(openAppend(what.stderr));
    return await new Promise((resolve, reject) => {
      const { file, args, cwd, env } = what;
      const child = childProcess().spawn(file, [...args], { cwd, env, stdio: [input, out, err], detached: true });
      let ended = false;
      child.once("exit", () => (ended = true));
      child.once("spawn", () =>
        resolve({ pid: child.pid ?? 0, hasEnded: () => ended, kill: () => void child.kill("SIGKILL") }),
      );
      child.once("error", reject);
      child.unref();
    });
  } finally {
    for (const file of open) closeSync(file);
  }
}

function openInput(path: string): number {
  const opened = openRegular(path);
  if (opened.kind === "open") return opened.file;
  const why = opened.kind === "absent" ? "there is no such file" : opened.why;
  throw new DiskError("unreadable", `it can't be read: ${why}`, { where: path });
}
