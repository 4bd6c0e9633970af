/** What was spent today: over midnight, after a crash at any moment, by two processes, and at what cost. */
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { Ledger, type Spending } from "../../src/engine/shell/accounts/ledger.ts";

const NOON = Date.parse("2026-03-04T12:00:00Z");
const DAY = 86_400_000;

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "fleet-ledger-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const file = (day = "2026-03-04"): string => join(home, "run", "spent", `${day}.jsonl`);
const spent = (uuid: string, usd: number, account = "work"): Spending => ({ uuid, account, tokens: usd * 1000, usd });
const usd = (ledger: Ledger, wall: number, account = "work"): number => ledger.today(wall).get(account)?.usd ?? 0;

function write(ledger: Ledger, wall: number, ...spendings: Spending[]): void {
  ledger.note(spendings, wall);
  ledger.save();
}

describe("over midnight", () => {
  it("a running attempt counts on the new day with what it spends then", () => {
    const ledger = new Ledger(home);
    write(ledger, NOON, spent("a", 9));
    write(ledger, NOON + DAY, spent("a", 9));
    expect(usd(ledger, NOON + DAY)).toBe(0);
    write(ledger, NOON + DAY, spent("a", 11));
    expect([usd(ledger, NOON + DAY), usd(new Ledger(home), NOON + DAY)]).toEqual([2, 2]);
    write(ledger, NOON + 2 * DAY, spent("a", 12));
    expect(usd(ledger, NOON + 2 * DAY)).toBe(1);
  });

  it("for a supervisor that was started after it, too, though the attempt was silent for a day", () => {
    write(new Ledger(home), NOON, spent("a", 9));
    write(new Ledger(home), NOON + DAY, spent("b", 1));
    const later = new Ledger(home);
    write(later, NOON + 2 * DAY, spent("a", 10));
    expect([usd(later, NOON + 2 * DAY), usd(new Ledger(home), NOON + 2 * DAY)]).toEqual([1, 1]);
  });

  it("when the old day could not be written down", () => {
    const ledger = new Ledger(home);
    ledger.note([spent("a", 9)], NOON);
    write(ledger, NOON + DAY, spent("a", 10));
    expect(usd(new Ledger(home), NOON + DAY)).toBe(1);
  });
});

describe("after a restart", () => {
  it("a log that is read again from its start takes nothing back", () => {
    write(new Ledger(home), NOON, spent("a", 9));
    const next = new Ledger(home);
    write(next, NOON, spent("a", 1));
    expect(usd(next, NOON)).toBe(9);
    write(next, NOON, spent("a", 10));
    expect(usd(new Ledger(home), NOON)).toBe(10);
  });

  it("a line that was cut short loses neither the one before nor the one behind it", () => {
    write(new Ledger(home), NOON, spent("a", 9), spent("b", 1));
    expect(usd(new Ledger(home), NOON)).toBe(10);
    truncateSync(file(), statSync(file()).size - 7);
    write(new Ledger(home), NOON, spent("c", 2));
    expect(usd(new Ledger(home), NOON)).toBe(11);
  });

  it("the file may be deleted while the supervisor runs", () => {
    const ledger = new Ledger(home);
    write(ledger, NOON, spent("a", 9));
    rmSync(join(home, "run"), { recursive: true });
    write(ledger, NOON, spent("b", 1));
    expect([usd(ledger, NOON), usd(new Ledger(home), NOON)]).toEqual([10, 10]);
  });
});

it("two processes that write see each other's figures", () => {
  const [one, other] = [new Ledger(home), new Ledger(home)];
  write(one, NOON, spent("a", 1));
  write(other, NOON, spent("b", 2));
  one.note([spent("a", 3)], NOON);
  write(other, NOON, spent("c", 4));
  one.save();
  for (const ledger of [one, other, new Ledger(home)]) expect(usd(ledger, NOON)).toBe(9);
});

it("a hundred attempts that spend for hours: each writing costs what changed, and the file stays small", () => {
  const ledger = new Ledger(home);
  const all = (round: number): Spending[] => Array.from({ length: 100 }, (_, i) => spent(`attempt-${i}`, round));
  write(ledger, NOON, ...all(1));
  const { size } = statSync(file());
  write(ledger, NOON, ...all(1));
  expect(statSync(file()).size).toBe(size);
  const seconds = (from: number, rounds: number): number => {
    const began = process.cpuUsage();
    for (let round = from; round < from + rounds; round++) {
      write(ledger, NOON, ...all(round));
      ledger.today(NOON);
    }
    const { user, system } = process.cpuUsage(began);
    return (user + system) / 1e6;
  };
  seconds(2, 50);
  const early = seconds(52, 200);
  seconds(252, 1_000);
  const late = seconds(1_252, 200);
  expect(late).toBeLessThan(3 * early + 0.2);
  expect(statSync(file()).size).toBeLessThan(400_000);
  expect(usd(new Ledger(home), NOON)).toBe(100 * 1_451);
});

it("old days go", () => {
  const ledger = new Ledger(home);
  for (let day = 0; day < 12; day++) write(ledger, NOON + day * DAY, spent(`a${day}`, 1));
  expect(readdirSync(join(home, "run", "spent")).length).toBeLessThanOrEqual(8);
});

type Step =
  | { readonly kind: "spend"; readonly attempt: number; readonly amount: number }
  | { readonly kind: "again" }
  | { readonly kind: "crash" }
  | { readonly kind: "torn"; readonly bytes: number }
  | { readonly kind: "midnight" };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("spend" as const), attempt: fc.nat(4), amount: fc.nat(9) }) },
  fc.record({ kind: fc.constant("again" as const) }),
  fc.record({ kind: fc.constant("crash" as const) }),
  fc.record({ kind: fc.constant("torn" as const), bytes: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ kind: fc.constant("midnight" as const) }),
);

it("whatever happens in whatever order, each day's figure is what was spent that day", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      rmSync(join(home, "run"), { recursive: true, force: true });
      const total = new Map<number, number>();
      let ledger = new Ledger(home);
      let wall = NOON;
      let today = 0;
      for (const one of steps) {
        switch (one.kind) {
          case "spend":
            total.set(one.attempt, (total.get(one.attempt) ?? 0) + one.amount);
            today += one.amount;
            write(ledger, wall, spent(`a${one.attempt}`, total.get(one.attempt) ?? 0, `on${one.attempt % 2}`));
            break;
          case "again":
            // As after a restart: the logs are read again, and each is heard of with less, then with the same.
            for (const [attempt, sum] of total)
              for (const part of [0.5, 1]) ledger.note([spent(`a${attempt}`, sum * part, `on${attempt % 2}`)], wall);
            ledger.save();
            break;
          case "crash":
            ledger = new Ledger(home);
            break;
          case "torn":
            // Killed in the middle of writing a line that says more than anybody ever said.
            mkdirSync(join(home, "run", "spent"), { recursive: true });
            appendFileSync(
              file(new Date(wall).toISOString().slice(0, 10)),
              JSON.stringify(spent("a0", 1e6)).slice(0, one.bytes),
            );
            ledger = new Ledger(home);
            break;
          case "midnight":
            wall += DAY;
            today = 0;
        }
        for (const each of [ledger, new Ledger(home)])
          expect(usd(each, wall, "on0") + usd(each, wall, "on1")).toBe(today);
      }
    }),
  );
});
