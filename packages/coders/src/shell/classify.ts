import type { Classification, CoderExit } from "../coder.ts";
import type { Facts } from "../facts.ts";
import { failed } from "../verdict.ts";

/** 126 and 127 come from a command inside the script, not from the start of it: `sh` itself is always there. */
export function classify(exit: CoderExit, _facts: Facts, stderrTail: string): Classification {
  return exit.kind === "exited" && exit.code === 0 ? { kind: "completed" } : failed(exit, stderrTail);
}
