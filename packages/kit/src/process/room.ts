/**
 * Whether the system lets us make so many more processes or threads: `ulimit -u` and a container's pids limit count both alike.
 * It is tried before what would hang or abort without them.
 */
import { childProcess } from "../node.ts";

/**
 * A Node, and the threads that it makes before its first line: where one of them is refused it waits for it for ever (Node 20
 * to 24), and no flag takes all of them away (`--v8-pool-size` spares three).
 */
export const NODE_PLACES = 7;

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

/** Whether so many places are to be had. They are free again when this resolves, and not before. */
export async function hasRoom(places: number): Promise<boolean> {
  const taken = await Promise.all(Array.from({ length: places }, takePlace));
  await Promise.all(taken.map(async (place) => await place?.free()));
  return !taken.includes(undefined);
}
