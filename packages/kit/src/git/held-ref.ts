/**
 * A ref moved by git in two steps: first its locks are taken, so that whoever asked may note which lock files are git's own, then it
 * is moved. By nothing else are they told apart from those of somebody else: a lock may be an empty file.
 */
import { onUntimelyEnd } from "../process/cleanup.ts";
import { childProcess } from "../node.ts";
import { errno } from "../errors.ts";
import { refuseWithoutRoom } from "../shortage.ts";
import type { GitAnswer } from "./git.ts";
import { type OwnObjects, ownCall } from "./own-objects.ts";

export interface RefMove {
  /** By its full name. */
  readonly ref: string;
  readonly to: string;
  /** It is moved from exactly this commit. */
  readonly from: string;
  /** For the reflog. */
  readonly message: string;
}

/** Milliseconds: a move of a ref takes some of them, and a disk that hangs is given up. */
const PATIENCE = 60_000;

/** `held`: called while the locks are there, before anything has moved; what it throws leaves the ref where it is. */
export async function moveHeldRef(
  options: readonly string[],
  own: OwnObjects,
  { ref, to, from, message }: RefMove,
  held: () => void,
): Promise<GitAnswer> {
  const { args, env } = ownCall([...options, "update-ref", "-m", message, "--stdin"], own);
  refuseWithoutRoom("git");
  return await new Promise((resolve, reject) => {
    const child = childProcess().spawn("git", args, { cwd: "/", env, stdio: "pipe", detached: true });
    const isOver = onUntimelyEnd(() => child.kill("SIGKILL"));
    let [stdout, stderr, isHeld, hasExpired] = ["", "", false, false];
    let thrown: { readonly error: unknown } | undefined;
    const timer = setTimeout(() => {
      hasExpired = true;
      child.kill("SIGKILL");
    }, PATIENCE);
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      if (isHeld || !stdout.includes("prepare: ok\n")) return;
      isHeld = true;
      try {
        held();
        child.stdin.end("commit\n");
      } catch (error) {
        thrown = { error };
        child.stdin.end("abort\n");
      }
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    // It ended before it had read all, and how it ended says why.
    child.stdin.on("error", () => undefined);
    const ended = (end: () => void): void => {
      clearTimeout(timer);
      isOver();
      end();
    };
    child.on("error", (error) =>
      ended(() => resolve({ kind: "unavailable", why: errno(error) === "ENOENT" ? "missing" : "not-started" })),
    );
    child.on("close", (code) =>
      ended(() => {
        if (thrown !== undefined) reject(thrown.error);
        else if (code === 0) resolve({ kind: "ok", stdout });
        else if (code === null) resolve({ kind: "unavailable", why: hasExpired ? "timed-out" : "killed" });
        else resolve({ kind: "failed", code, stdout, stderr });
      }),
    );
    child.stdin.write(`start\nupdate ${ref} ${to} ${from}\nprepare\n`);
  });
}
