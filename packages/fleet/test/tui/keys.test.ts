import { array, assert, constantFrom, nat, pre, property } from "fast-check";
import { describe, expect, it } from "vitest";

import { decodeKeys, type Key } from "../../src/tui/keys.ts";

const keysOf = (text: string): readonly Key[] => decodeKeys(text, true).keys;

describe("what a terminal sends", () => {
  it("is characters, control keys and arrows, in whichever form a terminal has them", () => {
    expect(keysOf("aé日👩")).toEqual(["a", "é", "日", "👩"].map((char) => ({ kind: "char", char })));
    expect(keysOf("\r\u007f\t\u0003\u001a\u000c").map(({ kind }) => kind)).toEqual([
      "enter",
      "backspace",
      "tab",
      "interrupt",
      "suspend",
      "redraw",
    ]);
    expect(keysOf("\u001b[A\u001bOB\u001b[5~\u001b[H").map(({ kind }) => kind)).toEqual([
      "up",
      "down",
      "page-up",
      "home",
    ]);
  });

  it("is Escape where nothing follows, and waits where the rest may come", () => {
    expect(decodeKeys("\u001b", false)).toEqual({ keys: [], rest: "\u001b" });
    expect(keysOf("\u001b")).toEqual([{ kind: "escape" }]);
    expect(decodeKeys("a\u001b[", false)).toEqual({ keys: [{ kind: "char", char: "a" }], rest: "\u001b[" });
  });

  it("has clicks and the wheel with where they were", () => {
    expect(keysOf("\u001b[<0;5;3M\u001b[<0;5;3m")).toEqual([{ kind: "click", row: 2, column: 4 }]);
    expect(keysOf("\u001b[<64;1;1M\u001b[<65;1;1M")).toEqual([
      { kind: "scroll", by: -1 },
      { kind: "scroll", by: 1 },
    ]);
  });

  it("never takes text that was put in for keys", () => {
    expect(keysOf("\u001b[200~Ky\rq\u001b[201~j")).toEqual([
      { kind: "paste", text: "Ky\rq" },
      { kind: "char", char: "j" },
    ]);
    expect(decodeKeys("\u001b[200~half", false)).toEqual({ keys: [], rest: "\u001b[200~half" });
  });

  it("keeps text whose end has not come, however long that takes", () => {
    const half = "\u001b[200~see the log:";
    expect(decodeKeys(half, true)).toEqual({ keys: [], rest: half });
    expect(decodeKeys(`${half}\nKyle was here\u001b[201~`, false).keys).toEqual([
      { kind: "paste", text: "see the log:\nKyle was here" },
    ]);
  });

  it("takes a sequence that it does not know for nothing", () => {
    expect(keysOf("\u001b[1;5Cx")).toEqual([{ kind: "char", char: "x" }]);
  });

  it("means the same however it is parted", () => {
    const sent = constantFrom(
      "a",
      "é",
      "👩",
      "\r",
      "\u001b[A",
      "\u001bOB",
      "\u001b[<0;5;3M",
      "\u001b[200~K\u001b[201~",
      "\u001b[6~",
    );
    assert(
      property(array(sent, { maxLength: 8 }), array(nat(60), { maxLength: 5 }), (parts, cuts) => {
        const text = parts.join("");
        const at = [0, ...cuts.map((cut) => cut % (text.length + 1)).toSorted((a, b) => a - b), text.length];
        let rest = "";
        const keys = at.slice(1).flatMap((end, i) => {
          const decoded = decodeKeys(rest + text.slice(at[i], end), false);
          ({ rest } = decoded);
          return decoded.keys;
        });
        // A character of two halves comes whole: a terminal sends UTF-8, which Node decodes before.
        pre(!at.some((end) => /[\ud800-\udbff]$/.test(text.slice(0, end))));
        expect([...keys, ...decodeKeys(rest, true).keys]).toEqual(keysOf(text));
      }),
    );
  });
});
