/** What of that which has finished is told again: all that was not on the screen. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";

import { millis } from "../../src/app/terms.ts";
import { isSeen, lastLook, lookedAfter, rememberLook } from "../../src/app/views/last-look.ts";
import { finishedOn, seen, START, withCursor } from "../../src/tui/state.ts";
import { view } from "../../src/tui/view.ts";
import { ago, hues, NOW } from "../support/screens.ts";
import { finished, look } from "./views.ts";

const home = mkdtempSync(join(tmpdir(), "fleet-look-"));
afterAll(() => rmSync(home, { recursive: true }));

const NEW = { since: millis(ago(600)), seen: new Map<string, string>() };
const done = Array.from({ length: 30 }, (_, at) => finished(`fleet-${at}`, { closed_at: ago(at + 1) }));
const shownOf = (...ids: readonly string[]): ReadonlyMap<string, string> =>
  new Map(done.filter(({ id }) => ids.includes(id)).map(({ id, closed_at: at }) => [id, at]));

it("a screen that shows a part of it marks that part, and scrolling the rest", () => {
  const one = seen(START, look({ finished: done }));
  const ids = (at: number): string[] => {
    const state = withCursor(one, at);
    return finishedOn(state, view(state, 80, 10, { c: hues(true), now: NOW }).rowOn).map(({ id }) => id);
  };
  expect(ids(0)).toEqual(done.slice(0, 6).map(({ id }) => id));
  expect(ids(29)).toContain("fleet-29");
  const help = { ...one, isHelp: true };
  expect(view(help, 80, 10, { c: hues(true), now: NOW }).rowOn.size).toBe(0);
});

it("reports what was not on the screen, and not what was", () => {
  const after = lookedAfter(NEW, look({ finished: done }), shownOf("fleet-0", "fleet-1"));
  expect(done.filter((one) => !isSeen(after, one))).toEqual(done.slice(2));
  // Closed once more, it is news.
  expect(isSeen(after, { id: "fleet-0", closed_at: ago(0) })).toBe(false);
  const later = lookedAfter(after, look({ finished: done.slice(2) }), shownOf(...done.map(({ id }) => id)));
  expect(later).toEqual({ since: millis(ago(0)), seen: new Map() });
});

it("reports more than one tick lists the next time", () => {
  const all = shownOf(...done.map(({ id }) => id));
  const after = lookedAfter(NEW, look({ finished: done, finished_count: 70 }), all);
  expect(after.since).toBe(NEW.since);
  expect(done.every((one) => isSeen(after, one))).toBe(true);
  expect(isSeen(after, { id: "fleet-60", closed_at: ago(60) })).toBe(false);
});

it("is kept in the home, and begins a day ago if top was never opened", () => {
  expect(lastLook(home, NOW)).toEqual({ since: NOW - 24 * 3_600_000, seen: new Map() });
  const looked = { since: NOW - 60_000, seen: shownOf("fleet-3") };
  rememberLook(home, looked);
  expect(lastLook(home, NOW)).toEqual(looked);
  // The clock was set back: what was seen then is not known any more.
  expect(lastLook(home, NOW - 3_600_000).seen.size).toBe(0);
});

it("says how many there are where it lists fewer", () => {
  const state = seen(START, look({ finished: done, finished_count: 230 }));
  expect(view(state, 80, 10, { c: hues(true), now: NOW }).lines.join("\n")).toContain("FINISHED 30 of 230 since");
});
