/** Colours, on a terminal without NO_COLOR. The only place that decides what has which colour. */
import { Chalk, type ChalkInstance } from "chalk";

import type { Io } from "../app/io.ts";
import { ours } from "@fleet/kit/printable";
import type { Cell, Paint } from "@fleet/kit/table";
import type { OutcomeKind } from "../app/terms.ts";
import type { TaskRow } from "../app/views/overview.ts";

/** Roles of colours: done, needs a look, wrong, an identifier, less important. */
export type Colours = Readonly<Record<"dim" | "bold" | "green" | "red" | "yellow" | "blue" | "magenta", Paint>>;

export function colours(io: Pick<Io, "env" | "isTerminal">): Colours {
  const forced = io.env["CLICOLOR_FORCE"] !== undefined && io.env["CLICOLOR_FORCE"] !== "0";
  const plain = (io.env["NO_COLOR"] ?? "") !== "" || io.env["TERM"] === "dumb" || !io.isTerminal.stdout;
  const chalk = new Chalk({ level: forced || !plain ? 1 : 0 });
  const marked =
    (paint: ChalkInstance): Paint =>
    (text) =>
      paint("|").split("|").map(ours).join(text);
  return {
    dim: marked(chalk.dim),
    bold: marked(chalk.bold),
    green: marked(chalk.green),
    red: marked(chalk.red),
    yellow: marked(chalk.yellow),
    blue: marked(chalk.blue),
    magenta: marked(chalk.magenta),
  };
}

const plain: Paint = (text) => text;

export const painted = (text: string, paint: Paint): Cell => ({ text, paint });

/** By what it asks of the reader: action (yellow), nothing (dim). */
export function stateHue(c: Colours, state: TaskRow["state"]): Paint {
  switch (state) {
    case "running":
      return c.green;
    case "needs-you":
    case "held":
      return c.yellow;
    case "closed":
    case "container":
      return c.dim;
    case "waiting":
    case "ready":
    case "blocked":
      return plain;
  }
}

/** By outcome. Undefined: still running. */
export function outcomeHue(c: Colours, outcome: OutcomeKind | undefined): Paint {
  switch (outcome) {
    case undefined:
      return plain;
    case "done":
      return c.green;
    case "blocked":
    case "asked":
    case "question":
    case "killed":
    case "interrupted":
    case "rate-limited":
    case "outage":
    case "context-full":
    case "not-started":
      return c.yellow;
    case "claimed-done-unproven":
    case "auth":
    case "no-credit":
    case "session-lost":
    case "session-poisoned":
    case "stalled":
    case "timed-out":
    case "over-budget":
    case "out-of-scope":
    case "spawn-failed":
    case "failed":
    case "lost":
      return c.red;
  }
}

/** As in bd: only urgent priorities are coloured. */
export const priorityHue = (c: Colours, priority: number): Paint =>
  priority === 0 ? c.red : priority === 1 ? c.yellow : plain;

/** How full a model's context is: green, yellow, red. */
export const contextHue = (c: Colours, percent: number): Paint =>
  percent >= 80 ? c.red : percent >= 60 ? c.yellow : c.green;

/** By liveness; the words are those of docs/liveness.md. */
export function livenessHue(c: Colours, kind: NonNullable<TaskRow["liveness"]>["kind"]): Paint {
  switch (kind) {
    case "working":
      return c.green;
    case "quiet":
    case "limited":
    case "elsewhere":
    case "unknown":
      return plain;
    case "waiting":
      return c.yellow;
    case "hung":
    case "dead":
      return c.red;
  }
}
