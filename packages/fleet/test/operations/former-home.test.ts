/** A home that an early build has left: its supervisor killed, one attempt at work, one just ended. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { Fleet } from "../support/fleet.ts";
import { leaveFormerHome } from "../support/former-home.ts";

it("is taken over: what had ended is settled, what was at work is lost and tried again, and the rest stays as it is", async () => {
  await using fleet = await Fleet.make();
  leaveFormerHome(fleet, "first");
  const titles = new Map(
    fleet.store
      .snapshot()
      .all()
      .map(({ id, title }) => [title, id]),
  );
  const idOf = (title: string): string => titles.get(title) ?? title;
  const [closed, failed, waits] = [idOf("is closed"), idOf("has failed"), idOf("waits")];
  const [atWork, ended] = [idOf("was at work"), idOf("ended unseen")];

  const tasks = await fleet.ok(["tasks", "--all"]);
  for (const id of [closed, failed, waits, atWork, ended]) expect(tasks).toContain(id);

  await fleet.supervise();
  await fleet.settled(ended, "closed");
  fleet.write("../work/go");
  await fleet.settled(atWork, "closed");
  expect([closed, failed, waits, atWork, ended].map((id) => fleet.outcomes(id))).toEqual([
    ["done"],
    ["failed", "failed"],
    [],
    ["lost", "done"],
    ["done"],
  ]);
  expect([failed, waits].map((id) => fleet.issue(id).status)).toEqual(["blocked", "deferred"]);
  expect(readFileSync(join(fleet.root, "work", "ran"), "utf8")).toBe(`ran ${atWork}\n`);
});
