/** The whole screen as text; the files in test/screens are to be looked at. */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";

import { printable } from "@fleet/kit/printable";
import { widthOf } from "@fleet/kit/width";

import type { TaskRow } from "../../src/app/views/overview.ts";
import type { TopView } from "../../src/app/views/top.ts";
import { drawn } from "../../src/tui/draw.ts";
import { press } from "../../src/tui/press.ts";
import { rowsIn, seen, START, type State, withCursor } from "../../src/tui/state.ts";
import { view } from "../../src/tui/view.ts";
import { ago, hues, NOW } from "../support/screens.ts";
import { busy, finished, look, need, running } from "./views.ts";

const shown = (state: State, columns: number, rows: number, plain = true): string[] =>
  view(state, columns, rows, { c: hues(plain), now: NOW }).lines.map(printable);

const SIZES = [
  [60, 10],
  [80, 24],
  [100, 30],
  [120, 36],
  [160, 48],
] as const;

const LOOKS: Readonly<Record<string, TopView>> = {
  nothing: look(),
  one: look({ running: [running("fleet-1a2")], spent_today: { usd: 4.1, tokens: 120_000 } }),
  twelve: busy(12),
  sixty: busy(60),
};

describe.each(Object.entries(LOOKS))("the screen with %s", (name, one) => {
  it.each(SIZES)("fits %i × %i, and colour changes nothing of it", async (columns, rows) => {
    const state = seen(START, one);
    const plain = shown(state, columns, rows);
    expect(plain).toHaveLength(rows);
    expect(plain.filter((line) => widthOf(line) > columns)).toEqual([]);
    expect(shown(state, columns, rows, false).map(stripVTControlCharacters)).toEqual(plain);
    const text = plain.map((line) => line.trimEnd()).join("\n");
    await expect(`${text}\n`).toMatchFileSnapshot(`../screens/top-${name}.${columns}.txt`);
  });
});

/** What a person opens or asks for, over twelve tasks. */
const OPENED: Readonly<Record<string, (state: State) => State>> = {
  help: (state) => ({ ...state, isHelp: true }),
  pane: (state) => ({
    ...state,
    pane: {
      kind: "diff",
      id: "fleet-001",
      title: "fleet-001 diff",
      lines: ["diff --git a/a b/a", "@@ -1 +1 @@", "-old", "+new 日本語", ...HUNDRED],
      offset: 0,
    },
  }),
  filter: (state) => seen({ ...state, filter: "part 1" }, state.view ?? look()),
  typing: (state) => ({ ...state, asking: { kind: "filter", text: "part" } }),
  marked: (state) => withCursor({ ...state, marked: new Set(rowsIn(state).map(({ key }) => key)) }, 3),
  wide: (state) => ({ ...state, isWide: true }),
};
const HUNDRED = Array.from({ length: 100 }, (_, at) => ` line ${at}`);

describe.each(Object.entries(OPENED))("the screen of twelve tasks with %s", (name, open) => {
  it.each(SIZES)("fits %i × %i, and colour changes nothing of it", async (columns, rows) => {
    const state = open(seen(START, busy(12)));
    const plain = shown(state, columns, rows);
    expect(plain).toHaveLength(rows);
    expect(plain.filter((line) => widthOf(line) > columns)).toEqual([]);
    expect(shown(state, columns, rows, false).map(stripVTControlCharacters)).toEqual(plain);
    const text = plain.map((line) => line.trimEnd()).join("\n");
    if (columns === 60 || columns === 120)
      await expect(`${text}\n`).toMatchFileSnapshot(`../screens/top-${name}.${columns}.txt`);
  });
});

/** What an agent may have written anywhere. */
const HOSTILE: Readonly<Record<string, string>> = {
  "sequences for the terminal": "\u001b[2J\u001b]0;title\u0007\u009b31m \u001bP q\u001b\\ \r\n\b\u007f".repeat(20),
  "text that turns round": "\u202eright \u2066to\u2069 left\u202c ".repeat(20),
  "wide and joined characters": "日本語👩‍👩‍👧‍👦🇩🇪❤️e\u0301\u0301 ".repeat(20),
  "tabs and lines": "a\tb\nc\u0085d ".repeat(20),
  "10 000 characters": "x".repeat(10_000),
  "10 000 wide ones": "日".repeat(10_000),
};

describe.each(Object.entries(HOSTILE))("the screen with %s everywhere", (_, text) => {
  it.each([SIZES[0], SIZES[3]])("fits %i × %i, and drives no terminal", (columns, rows) => {
    const all = { title: text, project: text, coder: text, model: text, reason: text };
    const one = look({
      needs: [
        need("question", "fleet-q", { ...all, options: [text, text] }),
        need("account", null, { ...all, account: text, command: `fleet resume ${text}` }),
      ],
      running: [running("fleet-r", { ...all, last_action: text })],
      finished: [finished("fleet-f", { ...all, grade: text })],
    });
    const list = seen(START, one);
    const pane = { kind: "log", id: "fleet-r", title: text, lines: [text, text], offset: 0 } as const;
    const message = { kind: "trouble", text } as const;
    for (const state of [
      list,
      { ...list, filter: text, asking: { kind: "filter", text } as const },
      { ...list, pane },
      { ...list, message },
      withCursor({ ...list, isWide: true }, 1),
    ]) {
      // The printing would hide what the screen itself lets through.
      const { lines } = view(state, columns, rows, { c: hues(true), now: NOW });
      expect(lines).toHaveLength(rows);
      expect(lines.filter((line) => widthOf(line) > columns)).toEqual([]);
      expect(lines.filter((line) => /[\p{Cc}\u202a-\u202e\u2066-\u2069]/u.test(line))).toEqual([]);
    }
  });
});

it("the colours of the screen", async () => {
  const lines = shown(seen(START, busy(12)), 120, 36, false).map((line) => line.replaceAll("\u001b", "␛").trimEnd());
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("../screens/top-twelve.colour.txt");
});

describe("the rows", () => {
  it("keep the cursor in sight, pointed at and not by colour alone", () => {
    const state = seen(START, busy(60));
    for (const at of [0, 5, 30, 59, 84]) {
      const lines = shown(withCursor(state, at), 80, 10);
      expect(lines.filter((line) => line.startsWith(">"))).toHaveLength(1);
    }
  });

  it.each([100, 120, 160, 200])("have at least 30 cells of a title in %i columns", (columns) => {
    const title = "a title that nobody can tell from the others before its end";
    const long = {
      title,
      project: "a-project-with-a-long-name",
      coder: "a-coder-with-a-long-name",
      model: "a-model-of-it",
    };
    const view = look({
      needs: [need("held", "fleet-1a2.10.12", { ...long, reason: "it waits for this and for that ".repeat(5) })],
      running: [running("fleet-1a2.10.11", { ...long, last_action: "Bash: npm test ".repeat(20) })],
      finished: [finished("fleet-1a2.10.10", { ...long, reason: "it is done, and this is why ".repeat(5) })],
    });
    const lines = shown(seen(START, view), columns, 24);
    expect(lines.filter((line) => line.includes(title.slice(0, 29)))).toHaveLength(3);
  });

  it("keep their position while their text changes, and when rows are added at the end", () => {
    const one = look({ running: [running("fleet-1"), running("fleet-2", { elapsed_ms: 5_000 })] });
    const idle = one.running.map((row) => ({
      ...row,
      quiet_ms: 90_000,
      last_action: "Read: README.md",
      tokens: 70_000,
    }));
    const before = shown(seen(START, one), 100, 24);
    const after = shown(seen(START, { ...one, running: [...idle, running("fleet-3")] }), 100, 24);
    const place = (lines: readonly string[], id: string): readonly [number, number] => {
      const at = lines.findIndex((line) => line.includes(id));
      return [at, lines[at]?.indexOf(id) ?? -1];
    };
    for (const id of ["fleet-1", "fleet-2"]) expect(place(after, id)).toEqual(place(before, id));
  });

  describe("under a reader", () => {
    const size = [80, 12] as const;
    /** As the screen does it: what was drawn says where the list stands. */
    const drawnOf = (state: State): { readonly state: State; readonly lines: readonly string[] } => {
      const { offset, lines } = view(state, ...size, { c: hues(true), now: NOW });
      return { state: { ...state, offset }, lines: lines.map(printable) };
    };
    const cursorLine = (lines: readonly string[]): readonly [number, string | undefined] => {
      const at = lines.findIndex((line) => line.startsWith(">"));
      return [at, /fleet-\w+/.exec(lines[at] ?? "")?.[0]];
    };
    const rowsOf = (count: number): TopView =>
      look({ running: Array.from({ length: count }, (_, n) => running(`fleet-${n}`)) });
    const withNeed = (one: TopView, ...ids: readonly string[]): TopView => ({
      ...one,
      needs: [...ids.map((id) => need("question", id)), ...one.needs],
    });

    it.each([3, 40])("the chosen row stays on its line when rows come and go above it, among %i", (count) => {
      let screen = drawnOf(withCursor(seen(START, rowsOf(count)), 2));
      const place = cursorLine(screen.lines);
      expect(place).toEqual([4, "fleet-2"]);
      for (const ids of [["fleet-q"], ["fleet-r", "fleet-q"], ["fleet-q"]]) {
        screen = drawnOf(seen(screen.state, withNeed(rowsOf(count), ...ids)));
        expect(cursorLine(screen.lines)).toEqual(place);
      }
      // What came is not out of sight unsaid.
      expect(screen.lines[1]).toMatch(/ above$/);
    });

    it("new rows at the top are visible until a row is chosen, and the cursor stays on its row", () => {
      const before = drawnOf(seen(START, rowsOf(3)));
      const { lines } = drawnOf(seen(before.state, withNeed(rowsOf(3), "fleet-q")));
      expect(lines[1]).toBe("NEEDS YOU");
      expect(lines[2]).toContain("fleet-q");
      expect(cursorLine(lines)[1]).toBe("fleet-0");
    });

    it("says how many rows are above, and shows them all with Escape or g", () => {
      const chosen = drawnOf(withCursor(seen(START, rowsOf(3)), 2));
      const later = drawnOf(seen(chosen.state, withNeed(rowsOf(3), "fleet-q", "fleet-r")));
      expect(later.lines[1]).toBe("RUNNING 3, … 2 above");
      const escaped = press(later.state, { kind: "escape" }, { columns: 80, rows: 12 }).state;
      expect(drawnOf(escaped).lines[1]).toBe("NEEDS YOU");
      const first = press(later.state, { kind: "char", char: "g" }, { columns: 80, rows: 12 }).state;
      expect(cursorLine(drawnOf(first).lines)).toEqual([2, "fleet-q"]);
    });
  });

  it("tell the row below the cursor whole, where its line is too short for it", () => {
    const reason = "Which of the two databases is meant, the one of the tests or the one of the shop?";
    const lines = shown(seen(START, look({ needs: [need("question", "fleet-q", { reason })] })), 100, 24);
    expect(lines.at(-2)).toBe(reason);
    expect(lines.at(-1)).toMatch(/^a answer /);
  });

  it("say what holds the whole fleet, with the key that settles it", () => {
    const held = look({
      mode: "paused",
      needs: [
        need("fleet", null, { reason: "Paused since 14:02 by ada: nothing new is claimed", command: "fleet resume" }),
      ],
    });
    const lines = shown(seen(START, held), 80, 24);
    expect(lines[0]).toContain("paused");
    expect(lines[2]).toContain("Paused since 14:02 by ada");
    expect(lines.at(-1)).toMatch(/^s fleet resume /);
  });

  it("say what is there to do where nothing is", () => {
    expect(shown(seen(START, look()), 80, 24).join("\n")).toContain('fleet create "Title" -d "What to do"');
    const waits = look({ counts: { ...look().counts, ready: 2 } });
    expect(shown(seen(START, waits), 80, 24).join("\n")).toContain("2 tasks wait: fleet tasks --all");
  });

  it("show a failed check of what is finished as a problem", () => {
    const state = seen(
      START,
      look({ finished: [finished("fleet-f", { checks: { passed: 1, failed: 1 } }), finished("fleet-g")] }),
    );
    const lines = shown({ ...state, onlyProblems: true }, 120, 24).join("\n");
    expect(lines).toContain("1 failed");
    expect(lines).not.toContain("fleet-g");
  });
});

describe("a pane", () => {
  const withPane = (): State => ({
    ...seen(START, busy(12)),
    pane: {
      kind: "diff",
      id: "fleet-001",
      title: "fleet-001 diff",
      lines: ["@@ -1 +1 @@", "-a", "+日本 \u001b[2Jb"],
      offset: 0,
    },
  });

  it("is next to the rows from 120 columns on, else in place of them", () => {
    const wide = shown(withPane(), 160, 24);
    expect(wide.filter((line) => widthOf(line) > 160)).toEqual([]);
    expect(wide.slice(1, -2).every((line) => line.includes("│"))).toBe(true);
    expect(wide.some((line) => line.startsWith("NEEDS YOU"))).toBe(true);
    const narrow = shown(withPane(), 100, 24);
    expect(narrow.some((line) => line.startsWith("NEEDS YOU"))).toBe(false);
    expect(narrow[1]).toContain("fleet-001 diff");
  });

  it("shows nothing of what would drive the terminal", () => {
    expect(shown(withPane(), 80, 24).join("\n")).toContain("␛[2Jb");
  });
});

describe("the lines that are sent", () => {
  it("are those that changed, at once", () => {
    const text = printable(drawn(["a", "b", "c"], ["a", "x", "c"]));
    expect(text).toBe("\u001b[?2026h\u001b[2;1Hx\u001b[K\u001b[?2026l");
    expect(drawn(["a"], ["a"])).toBe("");
    expect(printable(drawn(undefined, ["a"]))).toContain("\u001b[2J");
  });
});

it("says since when it tells what is finished", () => {
  const lines = shown(seen(START, look({ finished: [finished("fleet-f")], since: ago(30) })), 100, 24);
  expect(lines[1]).toBe("FINISHED 1 since 13:55");
});

it("README's picture is what it shows", () => {
  const path = fileURLToPath(new URL("../../../../README.md", import.meta.url));
  const text = readFileSync(path, "utf8");
  const at = (id: string, title: string, over: Partial<TaskRow>): TaskRow => running(id, { title, ...over });
  const one = look({
    needs: [
      need("question", "fleet-9gj", {
        title: "Move the sessions",
        reason: "Which database?",
        options: ["tests", "shop"],
      }),
      need("review", "fleet-5so", { title: "Fetch the names", reason: "4 files changed", since: ago(12) }),
    ],
    running: [
      at("fleet-1ht", "Set up the skeleton", { elapsed_ms: 720_000, last_action: "npm test" }),
      at("fleet-v2i", "Write the module", {
        elapsed_ms: 540_000,
        context_percent: 61,
        quiet_ms: 240_000,
        liveness: { kind: "quiet", since: ago(4), doing: "thinking", warned: false, text: "quiet for 4m" },
      }),
      at("fleet-cya", "Document both", {
        project: "docs",
        coder: "codex",
        model: null,
        elapsed_ms: 120_000,
        context_percent: 12,
        last_action: "Reading src/names.ts",
      }),
    ],
    finished: [finished("fleet-0a5", { title: "Add the page", reason: "the page is there" })],
    since: ago(203),
    spent_today: { usd: 4.1, tokens: 120_000 },
  });
  const screen = seen(START, { ...one, counts: { ...one.counts, "needs-you": 1, ready: 1 } });
  const lines = shown(screen, 98, 12).map((line) => `    ${line}`.trimEnd());
  const picture = / {4}\d\d:\d\d {2}[^]*? q quit/;
  if (process.env["FLEET_WRITE_DOCS"] === "1")
    writeFileSync(
      path,
      text.replace(picture, () => lines.join("\n")),
    );
  else expect(picture.exec(text)?.[0].split("\n")).toEqual(lines);
});
