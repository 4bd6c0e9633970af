/** Which Node runs this fleet: the one it was started with, or another one where that is gone. */
import { delimiter, join } from "node:path";

/** JavaScript that any Node understands: exit 0 where it is new enough (as start.ts has it). No single quotes, for sh. */
export const IS_SUPPORTED =
  'var v=process.versions.node.split(".").map(Number);process.exit(v[0]>22||v[0]===22&&v[1]>=12||v[0]===20&&v[1]>=19?0:1)';

/** Milliseconds. */
const PATIENCE = 10_000;

/** The first Node on this PATH that is new enough. */
export async function nodeOn(path: string): Promise<string | undefined> {
  // Commands only read what is held because there is none, and need nothing that runs programs.
  const [{ isProgram }, { runProgram }] = await Promise.all([
    import("@fleet/kit/process/find"),
    import("@fleet/kit/process/run"),
  ]);
  const found = path.split(delimiter).filter((dir) => dir !== "");
  for (const file of found.map((dir) => join(dir, "node")).filter(isProgram)) {
    const ran = await runProgram({
      file,
      args: ["-e", IS_SUPPORTED],
      cwd: "/",
      env: { PATH: path },
      timeout: PATIENCE,
    });
    if (ran.kind === "ended" && ran.code === 0) return file;
  }
  return undefined;
}
