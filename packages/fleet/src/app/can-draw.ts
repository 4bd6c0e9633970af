import type { Io } from "./io.ts";

/** Whether a whole screen can be drawn, and keys are heard: Emacs' shell and the like are terminals that move no cursor. */
export const canDraw = ({ env, isTerminal }: Pick<Io, "env" | "isTerminal">): boolean =>
  isTerminal.stdin && isTerminal.stdout && env["TERM"] !== "dumb";
