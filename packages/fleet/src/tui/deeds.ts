/** Which key does what for which rows: one table for key handling, the bottom line and help. Pure. */
import type { Row } from "./rows.ts";
import type { Asking, Deed } from "./state.ts";

/** Each key and its action, worded for the bottom line. */
export const DEED_KEYS = {
  a: "answer or approve",
  x: "reject",
  r: "retry",
  L: "land",
  K: "kill",
  p: "pause its coder, resume its account",
  P: "pause or resume the fleet",
  s: "what it says",
} as const;
export type DeedKey = keyof typeof DEED_KEYS;

export const isDeedKey = (char: string): char is DeedKey => char in DEED_KEYS;

type Decided =
  | { readonly kind: "ask"; readonly asking: Asking }
  | { readonly kind: "do"; readonly deeds: readonly Deed[] }
  /** The key does not apply to such a row. */
  | { readonly kind: "no"; readonly why: string };

const no = (why: string): Decided => ({ kind: "no", why });

const confirm = (question: string, deeds: readonly Deed[]): Decided => ({
  kind: "ask",
  asking: { kind: "confirm", question, deeds },
});

/** For several rows: those that the key applies to. `mode`: the fleet's. */
export function deedsFor(key: DeedKey, rows: readonly Row[], mode: "running" | "paused" | "draining"): Decided {
  if (key === "P")
    return mode === "running" ? ofFleet({ kind: "pause", account: null }) : ofFleet({ kind: "resume", account: null });
  const [row] = rows;
  if (row === undefined) return no("there is no row");
  switch (key) {
    case "a":
      return rows.length === 1 && row.part === "needs" && row.need.kind === "question"
        ? { kind: "ask", asking: { kind: "answer", row, text: "" } }
        : several(
            rows,
            isAsked,
            "approve",
            (id) => ({ kind: "approve", id }),
            "nothing here waits for an answer or an approval",
          );
    case "x":
      return isAsked(row)
        ? { kind: "ask", asking: { kind: "reject", row, text: "" } }
        : no("nothing here waits to be judged");
    case "r":
      return several(rows, isOfTask, "retry", (id) => ({ kind: "retry", id }), "that row is of no task");
    case "L":
      return several(
        rows,
        (one) => one.part === "needs" && one.need.kind === "landing",
        "land",
        (id) => ({ kind: "land", id }),
        "nothing here is ready to land",
      );
    case "K":
      return several(
        rows,
        ({ part }) => part === "running",
        "kill",
        (id) => ({ kind: "kill", id }),
        "nothing runs there",
      );
    case "p":
      return ofAccount(row);
    case "s":
      return settled(row);
  }
}

const ofFleet = (deed: Deed): Decided => ({ kind: "do", deeds: [deed] });

const isAsked = (row: Row): boolean =>
  row.part === "needs" && (row.need.kind === "asked" || row.need.kind === "review");
const isOfTask = ({ id }: Row): boolean => id !== null;

function several(
  rows: readonly Row[],
  isFor: (row: Row) => boolean,
  word: string,
  deed: (id: string) => Deed,
  otherwise: string,
): Decided {
  const ids = rows.filter(isFor).flatMap(({ id }) => (id === null ? [] : [id]));
  if (ids.length === 0) return no(otherwise);
  return confirm(`${word} ${ids.length > 3 ? `${ids.length} tasks` : ids.join(", ")}?`, ids.map(deed));
}

function ofAccount(row: Row): Decided {
  if (row.part === "needs" && row.need.account !== null)
    return { kind: "do", deeds: [{ kind: "resume", account: row.need.account }] };
  if (row.part !== "running") return no("that row has no account at work");
  return confirm(`pause every account of ${row.task.coder}: nothing new for it?`, [
    { kind: "pause", account: row.task.coder },
  ]);
}

/** The command that resolves a row, as it would be typed; keys that need text prompt for it. */
function settled(row: Row): Decided {
  if (row.part !== "needs") return no("there is nothing to settle");
  const { command } = row.need;
  const words = command.replace(/^fleet /, "");
  return words.includes("…") || /\b[A-Z]{2,}\b/.test(words)
    ? { kind: "ask", asking: { kind: "command", text: words.replaceAll(/"?…"?/g, "") } }
    : confirm(`${command}?`, [{ kind: "command", words }]);
}

/** The bottom line for a row: its keys, with the one that resolves it first. */
export function hintsFor(row: Row | undefined): readonly (readonly [key: string, what: string])[] {
  if (row === undefined) return [];
  switch (row.part) {
    case "needs":
      switch (row.need.kind) {
        case "question":
          return [
            ["a", "answer"],
            ["enter", "details"],
            ["l", "log"],
          ];
        case "asked":
        case "review":
          return [
            ["a", "approve"],
            ["x", "reject"],
            ["d", "diff"],
            ["enter", "details"],
          ];
        case "landing":
          return [
            ["L", "land"],
            ["d", "diff"],
            ["enter", "details"],
          ];
        case "retry":
          return [
            ["r", "retry"],
            ["enter", "details"],
            ["l", "log"],
          ];
        case "held":
          return [
            ["s", row.need.command],
            ["enter", "details"],
          ];
        case "fleet":
          return [["s", row.need.command]];
        case "account":
          return [["p", "resume"]];
      }
    case "running":
      return [
        ["l", "log"],
        ["d", "diff"],
        ["enter", "details"],
        ["K", "kill"],
        ["p", "pause"],
      ];
    case "finished":
      return [
        ["d", "diff"],
        ["enter", "details"],
        ["l", "log"],
        ["r", "retry"],
        ["c", "seen"],
      ];
  }
}
