/** Made by a long-lived process at its start, so that it can't be refused in the middle of its work. */
import { stat } from "node:fs/promises";

import { hasRoom } from "./room.ts";

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
  if (!(await hasRoom(THREADS))) return false;
  await Promise.all(Array.from({ length: THREADS }, async () => await stat("/")));
  return true;
}
