/** Following a log: across chunks, across restarts, over lines that are too long, torn, or too many. */
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";

import { claude } from "@fleet/coders/claude/index";
import { codex } from "@fleet/coders/codex/index";
import { shell } from "@fleet/coders/shell/index";

import { decodeEvent } from "../../src/attempts/records/event-line.ts";
import { Tail } from "../../src/attempts/stream/tail.ts";

const SKIPPED = "(a line of more than 8388608 bytes was skipped)";

function logIn(): { dir: string; write: (text: string | Buffer) => void; events: () => string[] } {
  const dir = mkdtempSync(join(tmpdir(), "fleet-tail-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  writeFileSync(join(dir, "log.jsonl"), "");
  return {
    dir,
    write: (text) => appendFileSync(join(dir, "log.jsonl"), text),
    events: () =>
      readFileSync(join(dir, "events.jsonl"), "utf8")
        .split("\n")
        .flatMap((line) => {
          const event = decodeEvent(line)?.event;
          return event?.kind === "text" ? [event.text] : event?.kind === "unrecognised" ? [event.line] : [];
        }),
  };
}

/** As the supervisor does it in one tick: read, then written. */
function pump(tail: Tail, now: number): boolean {
  const isRead = tail.read(now);
  tail.write();
  return isRead;
}

function whole(tail: Tail): void {
  while (!pump(tail, 0));
}

describe("a log", () => {
  it("that grows line by line, half a line at a time", () => {
    const { dir, write, events } = logIn();
    const tail = new Tail(dir, shell);
    write("one\ntw");
    expect(pump(tail, 5)).toBe(true);
    write("o\r\nthree");
    whole(tail);
    expect(events()).toEqual(["one", "two"]);
    tail.finish(0);
    tail.write();
    expect(events()).toEqual(["one", "two", "three"]);
    tail.close();
  });

  it("that is followed by another supervisor: no event is written twice, none is lost, facts are the same", () => {
    const { dir, write, events } = logIn();
    write("one\ntwo\n");
    const first = new Tail(dir, shell);
    whole(first);
    first.close();
    // The crash cut the last event short.
    const path = join(dir, "events.jsonl");
    const cut = readFileSync(path, "utf8").slice(0, -10);
    writeFileSync(path, cut);
    write("three\n");
    const second = new Tail(dir, shell);
    whole(second);
    expect(second.facts.lastText).toBe("three");
    expect(events()).toEqual(["one", "two", "three"]);
    second.close();
  });

  it("with lines of 9 and of 20 MB, and bytes that are not text", () => {
    const { dir, write, events } = logIn();
    write(Buffer.from([0xff, 0x00, 0xfe, 10]));
    write(`before\n${"x".repeat(9 * 1024 * 1024)}\nbetween\n${"x".repeat(20 * 1024 * 1024)}\nafter\n`);
    const tail = new Tail(dir, shell);
    whole(tail);
    expect(
      events()
        .slice(1)
        .map((line) => line.slice(0, 60)),
    ).toEqual(["before", SKIPPED, "between", SKIPPED, "after"]);
    tail.close();
  });

  it.each<[what: string, before: number, after: number]>([
    ["first", 0, 9_000_000],
    ["last", 9_000_000, 0],
  ])(
    "of a tool's result that is longer than a line may be, its id coming %s: the tool has ended",
    (_what, before, after) => {
      const { dir, write } = logIn();
      const tail = new Tail(dir, claude);
      const use = (id: string) => ({ type: "tool_use", id, name: "Bash", input: { command: "cat big" } });
      const content = [use("toolu_1"), use("toolu_2")];
      write(`${JSON.stringify({ type: "assistant", message: { id: "m", content } })}\n`);
      whole(tail);
      expect(tail.facts.toolsOpen).toHaveLength(2);
      const result = { a: "x".repeat(before), tool_use_id: "toolu_1", type: "tool_result", content: "x".repeat(after) };
      write(`${JSON.stringify({ type: "user", parent_tool_use_id: "toolu_2", message: { content: [result] } })}\n`);
      whole(tail);
      expect(tail.facts).toMatchObject({ toolsOk: 1, toolsOpen: [{ id: "toolu_2" }] });
      tail.close();
    },
  );

  it("with a limit that is given in words: it ends when they say, counted from when they were first seen", () => {
    const { dir, write } = logIn();
    const says = "You've hit your usage limit. Please try again in 3 hours.";
    const first = new Tail(dir, codex);
    write(`${JSON.stringify({ type: "turn.failed", error: { message: says } })}\n`);
    const seen = Date.parse("2026-03-01T12:00:00Z");
    pump(first, seen);
    expect(first.facts.limit).toMatchObject({ until: "2026-03-01T15:00:00.000Z" });
    const again = new Tail(dir, codex);
    pump(again, seen + 86_400_000);
    expect(again.facts.limit).toMatchObject({ until: "2026-03-01T15:00:00.000Z" });
    for (const tail of [first, again]) tail.close();
  });

  it("whose events can't be written for a while: nothing is counted twice, nothing is lost", () => {
    const { dir, write, events } = logIn();
    const tail = new Tail(dir, shell);
    mkdirSync(join(dir, "events.jsonl"));
    write("one\n");
    expect(() => pump(tail, 0)).toThrow();
    write("two\n");
    expect(() => pump(tail, 0)).toThrow();
    rmSync(join(dir, "events.jsonl"), { recursive: true });
    whole(tail);
    expect(events()).toEqual(["one", "two"]);
    expect(tail.facts.events).toBe(2);
    tail.close();
  });

  it("of 150 000 lines: a tick stays short, and events.jsonl stays bounded", { timeout: 120_000 }, () => {
    const { dir, write, events } = logIn();
    write("a longish line of text, so that it is soon too much\n".repeat(150_000));
    const tail = new Tail(dir, shell);
    let ticks = 1;
    while (!pump(tail, 0)) ticks++;
    expect(ticks).toBe(8);
    expect(tail.facts.events).toBe(150_000);
    expect(statSync(join(dir, "events.jsonl")).size).toBeLessThan(17 * 1024 * 1024);
    expect(events().at(-1)).toBe("(too much text; the rest is in log.jsonl)");
    tail.close();
  });
});
