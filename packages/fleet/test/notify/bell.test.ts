/** For what the bell of `fleet top` rings: the same events as by every other channel, as they happen while somebody looks. */
import { expect, it } from "vitest";

import { rings } from "../../src/app/notify/bell.ts";
import { openFleet } from "../../src/app/open.ts";
import { TopLooks } from "../../src/app/views/top-looks.ts";
import { Journal } from "../../src/engine/shell/state/journal.ts";
import { CALL_EVENTS, type CallEvent } from "../../src/settings/notify/schema.ts";
import { Fleet } from "../support/fleet.ts";

/** What happens to a task while `fleet top` is open, and for which events a bell rings then. */
const HAPPENINGS: Readonly<
  Record<string, readonly [happens: (fleet: Fleet, id: string) => Promise<void>, CallEvent[]]>
> = {
  "an attempt fails and its task is tried again": [
    async (fleet, task) => journal(fleet).write("failed", "attempt 1: exit 1", { task, attempt: 1 }),
    ["failed"],
  ],
  "a limit is nearly used up": [
    async (fleet, task) => journal(fleet).write("limit", "80 % of its time", { task, attempt: 1 }),
    ["limit-soon"],
  ],
  "accounts get nothing new": [
    async (fleet) => journal(fleet).write("park", "every account of claude waits", {}),
    ["held"],
  ],
  "the fleet is paused": [async (fleet) => void (await fleet.ok(["pause"])), ["held"]],
  "the last task is closed": [
    async (fleet, id) => {
      await fleet.ok(["bd", "close", id, "--reason", "done"]);
      journal(fleet).write("done", "attempt 1: done", { task: id, attempt: 1 });
    },
    ["all-done"],
  ],
  "a task is blocked": [
    async (fleet, id) => {
      await fleet.ok(["bd", "update", id, "--status", "blocked"]);
      journal(fleet).write("blocked", "attempt 1: blocked", { task: id, attempt: 1 });
    },
    ["needs-you", "all-done"],
  ],
  "a task is created": [async (fleet) => void (await fleet.task("another", "words")), []],
};

const journal = ({ home }: Fleet): Journal => new Journal(home, Date.now);

it.each(Object.entries(HAPPENINGS))("when %s", async (_, [happens, expected]) => {
  await using fleet = await Fleet.make();
  const id = await fleet.task("one", "words");
  const opened = openFleet({ cwd: fleet.project, env: fleet.env, now: Date.now });
  const looks = new TopLooks(opened);
  const looked = { since: Date.now(), seen: new Map<string, string>() };
  const { view: before } = await looks.look(looked, true);
  await happens(fleet, id);
  const after = await looks.look(looked, true);
  const rung: CallEvent[] = [];
  for (const event of CALL_EVENTS) {
    fleet.configure({}, `notify: {bell: {bell: true, events: [${event}]}}\n`);
    if (await rings(opened, before, after)) rung.push(event);
    expect(await rings(opened, undefined, after)).toBe(false);
  }
  expect(rung).toEqual(expected);
});
