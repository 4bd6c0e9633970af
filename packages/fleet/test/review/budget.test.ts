/** The budget of an experiment, shared as it is spent. */
import { expect, it } from "vitest";

import { budgetPart, type Sharer } from "../../src/engine/core/budget-part.ts";

const waits: Sharer = { spent: 0, running: undefined, begins: true };
const ended = (spent: number): Sharer => ({ spent, running: undefined, begins: false });
const runs = (running: number): Sharer => ({ spent: 0, running, begins: true });
const own = { spent: 0 };

it.each([
  ["in equal parts where none has begun", [waits, waits, waits], 5],
  ["the same whether those that began with it are seen to run or not", [runs(5), runs(5), waits], 5],
  ["with what one has saved", [ended(2), waits, waits], 6],
  ["all that is left, for the last one", [ended(2), ended(3), ended(1)], 14],
  ["nothing, where the rest is in use", [runs(10), runs(10), ended(0)], 0],
  ["less than nothing, where more was used", [ended(25), waits, waits], -5 / 3],
])("%s", (_what, others, part) => {
  expect(budgetPart(20, own, others)).toBeCloseTo(part);
});

it("counts what its own earlier attempts used", () => {
  expect(budgetPart(20, { spent: 5 }, [ended(3)])).toBe(12);
});

it("never comes to more than the whole, whatever each of them uses of its part", () => {
  for (const share of [0, 0.3, 1]) {
    const others: Sharer[] = [waits, waits, waits];
    let used = 0;
    for (const at of others.keys()) {
      const spent = share * budgetPart(20, own, others.toSpliced(at, 1));
      used += spent;
      others[at] = ended(spent);
    }
    expect(used).toBeLessThanOrEqual(20);
  }
});
