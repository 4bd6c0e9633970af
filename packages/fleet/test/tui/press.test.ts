import { describe, expect, it } from "vitest";

import type { TopView } from "../../src/app/views/top.ts";
import type { Key } from "../../src/tui/keys.ts";
import { press, type Pressed } from "../../src/tui/press.ts";
import { cursorAt, rowAt, rowsIn, seen, START, type State, type Wish } from "../../src/tui/state.ts";
import { finished, look, need, running } from "./views.ts";

const SIZE = { columns: 80, rows: 24 };
const key = (char: string): Key => ({ kind: "char", char });

/** The state, and every wish on the way. */
function typed(
  state: State,
  ...keys: readonly (string | Key)[]
): { readonly state: State; readonly wishes: readonly Wish[] } {
  const wishes: Wish[] = [];
  let now = state;
  for (const one of keys.flatMap((each) => (typeof each === "string" ? Array.from(each, key) : [each]))) {
    const next: Pressed = press(now, one, SIZE);
    now = next.state;
    if (next.wish !== undefined) wishes.push(next.wish);
  }
  return { state: now, wishes };
}

const at = (view: TopView): State => seen(START, view);
const ENTER: Key = { kind: "enter" };
const ESCAPE: Key = { kind: "escape" };

const VIEW = look({
  needs: [
    need("question", "fleet-q", { options: ["tests", "shop"] }),
    need("asked", "fleet-a"),
    need("landing", "fleet-l"),
    need("retry", "fleet-r"),
    need("account", null, { account: "work", command: "fleet resume work" }),
  ],
  running: [running("fleet-1"), running("fleet-2")],
  finished: [finished("fleet-f")],
});

describe("the cursor", () => {
  it("goes from row to row, to the ends, and from part to part", () => {
    expect(rowAt(typed(at(VIEW), "jj").state)?.id).toBe("fleet-l");
    expect(rowAt(typed(at(VIEW), "G").state)?.id).toBe("fleet-f");
    expect(rowAt(typed(at(VIEW), "Gg").state)?.id).toBe("fleet-q");
    expect(rowAt(typed(at(VIEW), { kind: "tab" }).state)?.id).toBe("fleet-1");
    expect(rowAt(typed(at(VIEW), "kkk").state)?.id).toBe("fleet-q");
  });

  it("stays on its row while others come and go, and where the row was once that is gone", () => {
    const state = typed(at(VIEW), "jjj").state;
    expect(rowAt(state)?.id).toBe("fleet-r");
    const more = { ...VIEW, needs: [need("question", "fleet-new"), ...VIEW.needs] };
    expect(rowAt(seen(state, more))?.id).toBe("fleet-r");
    const gone = { ...VIEW, needs: VIEW.needs.filter(({ id }) => id !== "fleet-r") };
    expect(cursorAt(seen(state, gone), rowsIn(seen(state, gone)))).toBe(3);
  });
});

describe("a decision", () => {
  it("answers a question with what is typed, or with the option of that number", () => {
    expect(typed(at(VIEW), "a", "both", ENTER).wishes).toEqual([
      { kind: "do", deeds: [{ kind: "answer", id: "fleet-q", n: 1, text: "both" }] },
    ]);
    expect(typed(at(VIEW), "a", "2", ENTER).wishes).toEqual([
      { kind: "do", deeds: [{ kind: "answer", id: "fleet-q", n: 1, text: "shop" }] },
    ]);
    const numbers = look({ needs: [need("question", "fleet-q", { options: ["3", "1", "2"] })] });
    expect(typed(at(numbers), "a", "1", ENTER).wishes).toEqual([
      { kind: "do", deeds: [{ kind: "answer", id: "fleet-q", n: 1, text: "1" }] },
    ]);
    expect(typed(at(VIEW), "a", "no", ESCAPE).wishes).toEqual([]);
    expect(typed(at(VIEW), "a", ENTER).wishes).toEqual([]);
  });

  it("asks before it approves, lands, retries or kills, and takes y alone for yes", () => {
    expect(typed(at(VIEW), "jay").wishes).toEqual([{ kind: "do", deeds: [{ kind: "approve", id: "fleet-a" }] }]);
    expect(typed(at(VIEW), "jaY").wishes).toEqual([]);
    expect(typed(at(VIEW), "jjLy").wishes).toEqual([{ kind: "do", deeds: [{ kind: "land", id: "fleet-l" }] }]);
    expect(typed(at(VIEW), "jjjry").wishes).toEqual([{ kind: "do", deeds: [{ kind: "retry", id: "fleet-r" }] }]);
    expect(typed(at(VIEW), { kind: "tab" }, "Ky").wishes).toEqual([
      { kind: "do", deeds: [{ kind: "kill", id: "fleet-1" }] },
    ]);
    expect(typed(at(VIEW), { kind: "tab" }, "K", ENTER).wishes).toEqual([]);
  });

  it("sends back with the words of what is missing", () => {
    expect(typed(at(VIEW), "jx", "no test", ENTER).wishes).toEqual([
      { kind: "do", deeds: [{ kind: "reject", id: "fleet-a", text: "no test" }] },
    ]);
  });

  it("is for all marked rows that it fits", () => {
    const { wishes, state } = typed(at(VIEW), { kind: "tab" }, "  ", "Ky");
    expect(wishes).toEqual([
      {
        kind: "do",
        deeds: [
          { kind: "kill", id: "fleet-1" },
          { kind: "kill", id: "fleet-2" },
        ],
      },
    ]);
    expect(state.marked.size).toBe(0);
  });

  it("says why where the row is none for it", () => {
    expect(typed(at(VIEW), "K")).toMatchObject({
      wishes: [],
      state: { message: { kind: "trouble", text: "nothing runs there" } },
    });
    expect(typed(at(VIEW), "jjjja").state.message?.text).toContain("nothing here waits");
  });

  it("pauses and resumes the fleet and accounts", () => {
    expect(typed(at(VIEW), "P").wishes).toEqual([{ kind: "do", deeds: [{ kind: "pause", account: null }] }]);
    expect(typed(at({ ...VIEW, mode: "paused" }), "P").wishes).toEqual([
      { kind: "do", deeds: [{ kind: "resume", account: null }] },
    ]);
    expect(typed(at(VIEW), "jjjjp").wishes).toEqual([{ kind: "do", deeds: [{ kind: "resume", account: "work" }] }]);
  });

  it("is never made by text that is put in", () => {
    expect(typed(at(VIEW), { kind: "tab" }, { kind: "paste", text: "Ky\rq" }).wishes).toEqual([]);
    expect(typed(at(VIEW), "a", { kind: "paste", text: "two\nlines" }, ENTER).wishes).toEqual([
      { kind: "do", deeds: [{ kind: "answer", id: "fleet-q", n: 1, text: "two lines" }] },
    ]);
  });

  it("in a pane is for the task of the pane, wherever the cursor is", () => {
    const state: State = {
      ...at(VIEW),
      pane: { kind: "details", id: "fleet-2", title: "fleet-2", lines: ["…"], offset: 0 },
    };
    expect(typed(state, "Ky").wishes).toEqual([{ kind: "do", deeds: [{ kind: "kill", id: "fleet-2" }] }]);
    expect(typed(state, "l").wishes).toEqual([{ kind: "open", pane: "log", id: "fleet-2" }]);
    const gone: State = { ...state, pane: { kind: "details", id: "fleet-x", title: "", lines: [], offset: 0 } };
    expect(typed(gone, "Ky").wishes).toEqual([]);
  });
});

describe("a filter", () => {
  it("leaves the rows that say it, while it is typed, until Escape", () => {
    const ids = (state: State): (string | null)[] => rowsIn(state).map(({ id }) => id);
    expect(ids(typed(at(VIEW), "/FLEET-2").state)).toEqual(["fleet-2"]);
    expect(ids(typed(at(VIEW), "/fleet-2", ENTER, ESCAPE).state)).toHaveLength(8);
    expect(ids(typed(at(VIEW), "!").state)).toEqual(["fleet-q", "fleet-a", "fleet-l", "fleet-r", null]);
  });
});

describe("a pane", () => {
  const open = (kind: "log" | "diff", offset: number): State => ({
    ...at(VIEW),
    pane: { kind, id: "fleet-1", title: "", lines: Array.from({ length: 100 }, (_, i) => `line ${i}`), offset },
  });

  it("scrolls within its lines, and keeps the end of a log in sight", () => {
    expect(typed(open("diff", 0), "j").state.pane?.offset).toBe(1);
    expect(typed(open("diff", 0), "k").state.pane?.offset).toBe(0);
    expect(typed(open("diff", 0), "G").state.pane?.offset).toBe(80);
    expect(typed(open("log", 0), "G").state.pane?.offset).toBe(Infinity);
    expect(typed(open("log", Infinity), "k").state.pane?.offset).toBe(79);
  });

  it("is left by Escape, q and Enter, and quits nothing", () => {
    for (const one of [ESCAPE, key("q"), ENTER]) {
      const { state, wishes } = typed(open("log", 0), one);
      expect(state.pane).toBeUndefined();
      expect(wishes).toEqual([]);
    }
    expect(typed(at(VIEW), "q").wishes).toEqual([{ kind: "quit" }]);
    expect(typed(open("log", 0), { kind: "interrupt" }).wishes).toEqual([{ kind: "quit" }]);
  });
});

it("runs a command that is typed", () => {
  expect(typed(at(VIEW), ":bd ready", ENTER).wishes).toEqual([
    { kind: "do", deeds: [{ kind: "command", words: "bd ready" }] },
  ]);
});
