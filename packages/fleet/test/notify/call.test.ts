/** For what a person is called, and in which words. */
import { describe, expect, it } from "vitest";

import { printableLine } from "@fleet/kit/printable";

import { isRung, newIn } from "../../src/app/notify/bell.ts";
import { callsOf, type Standing, wantedBy } from "../../src/app/notify/call.ts";
import { messageOf } from "../../src/app/notify/message.ts";
import type { ActivityEvent } from "../../src/app/views/activity.ts";
import type { TopView } from "../../src/app/views/top.ts";
import { isQuietHours, quietUntil } from "../../src/settings/notify/quiet-hours.ts";
import { CALL_EVENTS, type ChannelSettings } from "../../src/settings/notify/schema.ts";
import { checkConfig } from "../../src/settings/check.ts";
import { ago, NOW } from "../support/screens.ts";
import { look, need, running } from "../tui/views.ts";

const event = (
  kind: ActivityEvent["event"],
  task: string | null,
  over: Partial<ActivityEvent> = {},
): ActivityEvent => ({
  at: ago(2),
  event: kind,
  task,
  attempt: 1,
  coder: "claude",
  model: null,
  account: null,
  by: null,
  until: null,
  text: `attempt 1: ${kind}`,
  ...over,
});

const BUSY = { ...look().counts, running: 1 };
const standing = (over: Partial<Standing> = {}): Standing => ({
  needs: [],
  accounts: [],
  counts: BUSY,
  taskOf: (id) => ({ title: `Title of ${id}`, cwd: "/src/shop", isOpen: true }),
  hold: undefined,
  now: NOW,
  ...over,
});
const kinds = (events: readonly ActivityEvent[], over: Partial<Standing> = {}): string[] =>
  callsOf(events, standing(over)).map(({ event: kind, task }) => `${kind} ${task ?? "-"}`);

const account = (state: "free" | "parked", until: string | null): Standing["accounts"][number] => ({
  name: "work",
  coder: "claude",
  state,
  until,
  reason: "the weekly limit is reached",
  windows: {},
  running: 0,
  limited: [],
  max: null,
  spent_today: { tokens: 0, usd: 0 },
  daily: null,
  daily_share: null,
  secrets: [],
  problem: null,
});

describe("a person is called", () => {
  it.each([
    ["a question", event("question", "tt-1"), need("question", "tt-1"), "needs-you tt-1"],
    ["an agent that waits for an answer", event("waiting", "tt-1"), need("question", "tt-1"), "needs-you tt-1"],
    ["a blocked task", event("blocked", "tt-1"), need("retry", "tt-1"), "needs-you tt-1"],
    ["a claim without proof", event("asked", "tt-1"), need("asked", "tt-1"), "asked tt-1"],
    ["work that waits for review", event("done", "tt-1"), need("review", "tt-1"), "review tt-1"],
    ["work that waits to land", event("done", "tt-1"), need("landing", "tt-1"), "needs-you tt-1"],
  ])("for %s, while it waits and no longer", (_, happened, row, expected) => {
    expect(kinds([happened], { needs: [row] })).toEqual([expected]);
    expect(kinds([happened])).toEqual([]);
  });

  it("not again for what waits already when something else happens to it", () => {
    const needs = [need("retry", "tt-1"), need("asked", "tt-2")];
    expect(kinds([event("sweep", "tt-1"), event("quiet", "tt-2"), event("claim", "tt-3")], { needs })).toEqual([]);
  });

  it("for a failure that is tried again, once, and not where the task waits for a person or is closed", () => {
    const twice = [event("failed", "tt-1"), event("timed-out", "tt-1", { text: "attempt 2: too long" })];
    const [call, ...more] = callsOf(twice, standing());
    expect(more).toEqual([]);
    expect(call).toMatchObject({ event: "failed", reason: "attempt 2: too long", command: "fleet task tt-1 log" });
    expect(kinds(twice, { needs: [need("retry", "tt-1")] })).toEqual(["needs-you tt-1"]);
    expect(kinds(twice, { taskOf: () => ({ title: "t", cwd: "/", isOpen: false }) })).toEqual([]);
    expect(kinds(twice, { taskOf: () => undefined })).toEqual([]);
  });

  it("for an account that is held until a person acts or for long, and not for a minute", () => {
    const park = event("park", null, { account: "work" });
    expect(kinds([park, park], { accounts: [account("parked", null)] })).toEqual(["held -"]);
    expect(kinds([park], { accounts: [account("parked", ago(-120))] })).toEqual(["held -"]);
    expect(kinds([park], { accounts: [account("parked", ago(-1))] })).toEqual([]);
    expect(kinds([park], { accounts: [account("free", null)] })).toEqual([]);
    expect(kinds([event("hold", null)], { hold: "the disk is full" })).toEqual(["held -"]);
    expect(kinds([event("hold", null)])).toEqual([]);
  });

  it("calls once nothing runs and nothing is left to start, with how many need you", () => {
    const counts = { ...BUSY, running: 0 };
    const ended = [event("done", "tt-1", { at: ago(60) }), event("blocked", "tt-2")];
    expect(kinds(ended)).toEqual([]);
    for (const left of ["ready", "waiting"]) expect(kinds(ended, { counts: { ...counts, [left]: 1 } })).toEqual([]);
    expect(kinds([event("claim", "tt-1")], { counts })).toEqual([]);
    const calls = callsOf(ended, standing({ counts, needs: [need("retry", "tt-2")] }));
    expect(calls.map(({ event: kind }) => kind)).toEqual(["needs-you", "all-done"]);
    expect(calls[1]?.reason).toBe("nothing runs and nothing is left to start: 2 tasks ended within 58m, 1 needs you");
  });

  it("for a limit that is nearly used up", () => {
    expect(kinds([event("limit", "tt-1"), event("limit", null, { account: "work" })])).toEqual([
      "limit-soon tt-1",
      "limit-soon -",
    ]);
  });

  it("by a channel for what that is for: events, and directories of projects", () => {
    const calls = callsOf([event("failed", "tt-1"), event("park", null, { account: "work" })], {
      ...standing(),
      accounts: [account("parked", null)],
    });
    const wanted = (events: readonly (typeof CALL_EVENTS)[number][], projects?: string[]): string[] =>
      calls
        .filter(wantedBy({ events: [...events], ...(projects === undefined ? {} : { projects }) }, "/home/ada"))
        .map(({ event: kind }) => kind);
    expect(wanted(CALL_EVENTS)).toEqual(["failed", "held"]);
    expect(wanted(["failed"])).toEqual(["failed"]);
    expect(wanted(CALL_EVENTS, ["/src/shop/"])).toEqual(["failed", "held"]);
    expect(wanted(CALL_EVENTS, ["/src"])).toEqual(["failed", "held"]);
    expect(wanted(CALL_EVENTS, ["/src/sho"])).toEqual(["held"]);
    expect(wanted(CALL_EVENTS, ["~/shop"])).toEqual(["held"]);
  });
});

describe("a message", () => {
  const hostile = "\u001b[31mred\u001b[0m\nand `rm -rf` \u0000 \u202eback";

  it("of one call has its title, the reason, what there is to choose and the command that settles it", () => {
    const needs = [
      need("question", "tt-1", {
        reason: "Which database?",
        options: ["tests", "shop"],
        command: 'fleet answer tt-1 "…"',
      }),
    ];
    const { title, lines } = messageOf(callsOf([event("question", "tt-1")], standing({ needs })), NOW);
    expect(title).toBe("tt-1 Title of tt-1 needs you");
    expect(lines).toEqual(["Which database? (1 tests, 2 shop)", 'fleet answer tt-1 "…"']);
  });

  it("of a burst counts what is in it, and names the first of many", () => {
    const ids = Array.from({ length: 40 }, (_, at) => `tt-${at}`);
    const needs = ids.slice(1).map((id) => need("retry", id));
    const events = [event("failed", "tt-0"), ...ids.slice(1).map((id) => event("blocked", id))];
    const { title, lines } = messageOf(callsOf(events, standing({ needs })), NOW);
    expect(title).toBe("39 need you, 1 failed");
    expect(lines).toHaveLength(9);
    expect(lines.at(-1)).toBe("… 32 more: fleet top");
  });

  it("drives no terminal, and stays on its lines, whatever agents call things", () => {
    const needs = [need("retry", "tt-1", { title: hostile, reason: hostile.repeat(100) })];
    const { title, lines } = messageOf(callsOf([event("blocked", "tt-1")], standing({ needs })), NOW);
    for (const line of [title, ...lines]) expect(line).toBe(printableLine(line));
    expect(lines[0]?.length).toBeLessThan(400);
  });
});

describe("quiet hours", () => {
  const at = (hour: number, minute = 0): number => new Date(2026, 5, 10, hour, minute).getTime();

  it.each([
    ["22:00-07:00", at(23), new Date(2026, 5, 11, 7).getTime()],
    ["22:00-07:00", at(6, 59), at(7)],
    ["22:00-07:00", at(7), undefined],
    ["22:00-07:00", at(21, 59), undefined],
    ["12:30-13:15", at(12, 30), at(13, 15)],
    ["12:30-13:15", at(13, 15), undefined],
    [undefined, at(3), undefined],
  ])("%s", (written, now, until) => {
    expect(quietUntil(written, now)).toBe(until);
  });

  it("are two different times of day", () => {
    expect(["22:00-07:00", "00:00-23:59"].filter((written) => !isQuietHours(written))).toEqual([]);
    for (const written of ["22-7", "24:00-07:00", "07:00-07:00", "7:00-22:00", ""])
      expect(isQuietHours(written), written).toBe(false);
  });
});

describe("a channel in the settings", () => {
  const problems = (channel: unknown): string => {
    const checked = checkConfig({ notify: { me: channel } });
    return checked.ok ? "" : checked.problems.join("\n");
  };

  it.each([
    [{ desktop: true }, ""],
    [{ bell: true, events: ["needs-you"], quiet: "22:00-07:00", projects: ["~/src"] }, ""],
    [{ webhook: { variable: "HOOK" } }, ""],
    [{ webhook: "https://example.org/x" }, ""],
    [{}, "notify.me: a channel has one of: command, webhook, desktop: true, bell: true"],
    [{ desktop: true, bell: true }, "notify.me: a channel has one of"],
    [{ command: "x", quiet: "22-7" }, "notify.me.quiet: must be two times of day: 22:00-07:00"],
    [{ command: "x", events: ["nope"] }, "notify.me.events.0: must be needs-you or asked"],
    [{ webhook: "ftp://x" }, "notify.me.webhook"],
    [{ comand: "x" }, "unknown setting notify.me.comand"],
  ])("%o: %s", (channel, expected) => {
    if (expected === "") expect(problems(channel)).toBe("");
    else expect(problems(channel)).toContain(expected);
  });
});

describe("the bell of fleet top", () => {
  const before = look({ needs: [need("retry", "tt-1"), need("question", "tt-2")], running: [running("tt-3")] });
  const bell = { bell: true as const, events: [...CALL_EVENTS] };
  const heard = (after: TopView, channel: Partial<ChannelSettings> = {}): boolean =>
    isRung({ ...bell, ...channel }, newIn(before, after, NOW), NOW);

  it("rings for a new row under NEEDS YOU, and for the end of all", () => {
    expect(heard(before)).toBe(false);
    expect(heard({ ...before, needs: [...before.needs, need("asked", "tt-3")] })).toBe(true);
    expect(heard({ ...before, needs: [need("retry", "tt-1"), need("question", "tt-2", { question: 2 })] })).toBe(true);
    expect(heard(look())).toBe(true);
  });

  it("rings not in quiet hours, for other events, or in other projects", () => {
    const after = { ...before, needs: [...before.needs, need("asked", "tt-3")] };
    expect(heard(after, { quiet: "00:00-23:59" })).toBe(false);
    expect(heard(after, { events: ["needs-you"] })).toBe(false);
    expect(heard(after, { projects: ["/src/docs"] })).toBe(false);
    expect(heard(after, { projects: ["/src"] })).toBe(true);
  });
});
