/**
 * Where a directory really is, and in which working tree of git, asked by a process of its own: a call on a network disk that is
 * gone may never return, and a thread of ours that waits in it keeps us from ending.
 */
import { runProgram } from "./run.ts";
import { TREE } from "./tree-script.ts";

export type RealDirectory =
  /** `tree`: the top of the working tree that it is in; itself where it is in none. */
  | { readonly kind: "directory"; readonly path: string; readonly tree: string }
  | { readonly kind: "gone" }
  | { readonly kind: "file" }
  /** No answer in time: of a disk that is gone there may never be one. */
  | { readonly kind: "slow"; readonly why: string }
  /** `why` completes "it can't be entered: …". */
  | { readonly kind: "unknown"; readonly why: string };

const SCRIPT = `[ -e "$1" ] || [ -L "$1" ] || exit 3
cd -P -- "$1" 2>/dev/null && {
${TREE}
printf '%s\\0%s' "$PWD" "$tree"; exit; }
[ -d "$1" ] && exit 5
[ -e "$1" ] && exit 4
exit 3`;

/** Milliseconds. */
const PATIENCE = 20_000;

export async function realDirectory(path: string): Promise<RealDirectory> {
  const ran = await runProgram({
    file: "/bin/sh",
    args: ["-c", SCRIPT, "sh", path],
    cwd: "/",
    env: {},
    timeout: PATIENCE,
  });
  if (ran.kind === "timed-out") return { kind: "slow", why: `the system took longer than ${PATIENCE / 1000} s` };
  if (ran.kind !== "ended") return { kind: "unknown", why: "sh could not be run" };
  switch (ran.code) {
    case 0: {
      const [real = "", tree = real] = ran.stdout.split("\0");
      return { kind: "directory", path: real, tree };
    }
    case 3:
      return { kind: "gone" };
    case 4:
      return { kind: "file" };
    case null:
    default:
      return { kind: "unknown", why: "permission was refused" };
  }
}
