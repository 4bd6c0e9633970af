/** What a process that lives long makes at its start, so that it can't be refused in the middle of its work. */
import { stat } from "node:fs/promises";

import { childProcess } from "../node.ts";

/** As libuv has it, unless UV_THREADPOOL_SIZE says otherwise. */
const THREADS = 4;

/**
 * The threads of libuv's pool, and the libraries that run programs. False, and no thread is made, where the system refuses so
 * many now: libuv makes all of them with the first asynchronous call on a file, and aborts the process where it does not
 * get one (Node 20 to 24).
 */
export async function warmUp(): Promise<boolean> {
  await import("./run.ts");
  await import("simple-git");
  if (!(await hadRoom(THREADS))) return false;
  await Promise.all(Array.from({ length: THREADS }, async () => await stat("/")));
  return true;
}

/** A process that does nothing; the system counts it as it counts a thread. */
function takePlace() {
  const child = childProcess().spawn("/bin/sh", ["-c", "read -r _"], { stdio: ["pipe", "ignore", "ignore"] });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return new Promise<{ readonly free: () => Promise<void> } | undefined>((resolve) => {
    const free = async (): Promise<void> => {
      child.kill("SIGKILL");
      await ended;
    };
    child.once("spawn", () => resolve({ free }));
    child.once("error", () => resolve(undefined));
  });
}

/** Whether so many places were to be had. They are free again when this resolves, and not before. */
async function hadRoom(places: number): Promise<boolean> {
  const taken = await Promise.all(Array.from({ length: places }, takePlace));
  await Promise.all(taken.map(async (place) => await place?.free()));
  return !taken.includes(undefined);
}
