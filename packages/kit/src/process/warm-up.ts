/** What a process that lives long makes at its start, so that it can't be refused in the middle of its work. */
import { stat } from "node:fs/promises";

/** As libuv has it, unless UV_THREADPOOL_SIZE says otherwise. */
const THREADS = 4;

/**
 * The threads of libuv's pool, and the libraries that run programs. libuv makes its threads with the first asynchronous
 * call on a file, and aborts the process where the system refuses one (Node 20 to 24).
 */
export async function warmUp(): Promise<void> {
  await Promise.all(Array.from({ length: THREADS }, async () => await stat("/")));
  await import("./run.ts");
  await import("simple-git");
}
