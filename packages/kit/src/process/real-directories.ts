/**
 * Where many directories really are, for a command that can't wait: asked by processes of their own, which are ended when no
 * answer comes. A call on a network disk that is gone may never return, and nothing in our own process could end it.
 */
import { errno } from "../errors.ts";
import { childProcess } from "../node.ts";
import { TREE } from "./tree-script.ts";

/**
 * One after the other, in a process below: the one that we wait for does nothing but wait, so that it can be ended whatever
 * the other does. Prints that one's pid, at any time, and for each directory its working tree, then its number and path; or the
 * number alone of what is none.
 */
const SCRIPT = `
(
  for one; do
    n=$((n + 1))
    if cd -P -- "$one" 2>/dev/null; then
      ${TREE}
      printf 'tree %s\\0%s%s\\0' "$tree" "$n" "$PWD"
    else printf '%s\\0' "$n"; fi
    cd /
  done
) &
printf 'pid %s\\0' "$!"
wait`;

const PID = "pid ";
const IN_TREE = "tree ";

/** Milliseconds for all of them; directories that answer take microseconds. */
const TOGETHER = 1_000;
/** For one, after another was silent. */
const ALONE = 250;
/** For all of it. */
const PATIENCE = 2_000;

export interface Where {
  readonly real: string;
  /** The top of the working tree that it is in; itself where it is in none. */
  readonly tree: string;
}

const asAsked = (path: string): Where => ({ real: path, tree: path });

interface Question {
  readonly paths: readonly string[];
  /** Milliseconds. */
  readonly timeout: number;
}

/** Undefined where there is no room for another process. */
type Printed = string | undefined;

/** By the paths they were asked by; of what is no directory that path itself. Those that gave no answer are not in it. */
export function realDirectoriesNow(paths: Iterable<string>, shell = "/bin/sh"): ReadonlyMap<string, Where> {
  const asking = questions(paths);
  for (let printed: Printed = ""; ;) {
    const next = asking.next(printed);
    if (next.done === true) return next.value;
    printed = ask(shell, next.value);
  }
}

/** The same for whoever has something else to do meanwhile. */
export async function realDirectoriesSoon(
  paths: Iterable<string>,
  shell = "/bin/sh",
): Promise<ReadonlyMap<string, Where>> {
  const asking = questions(paths);
  for (let printed: Printed = ""; ;) {
    const next = asking.next(printed);
    if (next.done === true) return next.value;
    printed = await askBeside(shell, next.value);
  }
}

function* questions(paths: Iterable<string>): Generator<Question, ReadonlyMap<string, Where>, Printed> {
  const known = new Map<string, Where>();
  const begun = performance.now();
  let left = [...new Set(paths)];
  for (let patience = TOGETHER; left.length > 0 && performance.now() - begun < PATIENCE; patience = ALONE) {
    const printed = yield { paths: left, timeout: patience };
    // No room for another process: what was asked by is all there is to say.
    if (printed === undefined) for (const path of left.splice(0)) known.set(path, asAsked(path));
    else {
      const found = answersIn(printed, left.length);
      for (const [n, where] of found) {
        const path = left[n];
        if (path !== undefined) known.set(path, where ?? asAsked(path));
      }
      // The first without an answer is the one that is waited for.
      left = left.slice(found.size + 1);
    }
  }
  return known;
}

const OPTIONS = { cwd: "/", env: {}, encoding: "utf8", killSignal: "SIGKILL" } as const;

function ask(shell: string, { paths, timeout }: Question): Printed {
  const { stdout, error } = childProcess().spawnSync(shell, ["-c", SCRIPT, "sh", ...paths], {
    ...OPTIONS,
    stdio: ["ignore", "pipe", "ignore"],
    timeout,
  });
  return error !== undefined && errno(error) !== "ETIMEDOUT" ? undefined : (stdout ?? "");
}

async function askBeside(shell: string, { paths, timeout }: Question): Promise<Printed> {
  const options = { ...OPTIONS, timeout, maxBuffer: Infinity };
  try {
    return await new Promise((resolve) => {
      const child = childProcess().execFile(shell, ["-c", SCRIPT, "sh", ...paths], options, (error, stdout) =>
        resolve(error !== null && typeof error.code === "string" ? undefined : stdout),
      );
      child.stdin?.end();
    });
  } catch (error) {
    // Some refusals (E2BIG, ENOMEM) come at once, others with the answer.
    if (errno(error) === undefined) throw error;
    return undefined;
  }
}

/** By their place in what was asked for, undefined for what is none. Ends the process that still waits. */
function answersIn(printed: string, count: number): ReadonlyMap<number, Where | undefined> {
  const said = printed.split("\0").slice(0, -1);
  const found = new Map<number, Where | undefined>();
  let tree = "";
  for (const one of said) {
    const [, n, real = ""] = /^(\d+)(.*)$/s.exec(one) ?? [];
    if (n !== undefined) found.set(Number(n) - 1, real === "" ? undefined : { real, tree });
    else if (one.startsWith(IN_TREE)) tree = one.slice(IN_TREE.length);
  }
  const pid = said.find((one) => one.startsWith(PID))?.slice(PID.length);
  if (pid !== undefined && found.size < count) end(Number(pid));
  return found;
}

/** Where it waits in the kernel it ends with the answer. */
function end(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended in the meantime.
  }
}
