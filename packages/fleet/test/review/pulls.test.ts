/** The supervisor has open pull requests looked at, now and then, beside its loop. */
import { expect, it } from "vitest";

import { withRecord } from "@fleet/store/fleet-record";

import { makeContext } from "../../src/app/make-context.ts";
import { Pulls } from "../../src/engine/shell/loop/pulls.ts";
import { parseConfig } from "../../src/settings/file.ts";
import { Fleet } from "../support/fleet.ts";

it("looks when it is time and one is open, once at a time, and says once why it could not", async () => {
  await using fleet = await Fleet.make();
  const read = parseConfig("");
  if (!read.ok) throw new Error(read.problems.join());
  const made = makeContext({ env: fleet.env }, fleet.home, () => read.config);
  let now = 0;
  const context = { ...made, clock: { ...made.clock, monotonic: () => now } };
  const looks: ((trouble: string | undefined) => void)[] = [];
  const pulls = new Pulls(context, async () => await new Promise((resolve) => void looks.push(resolve)));
  const later = (): void => {
    now += 200_000;
    pulls.start();
  };
  const answered = async (trouble: string | undefined): Promise<void> => {
    looks.at(-1)?.(trouble);
    await new Promise((resolve) => setImmediate(resolve));
  };
  const id = await fleet.task("Add a", "x");
  later();
  expect(looks).toHaveLength(0);
  const attempt = { n: 1, uuid: "u" };
  const pull = { number: 7, url: "https://github.example/pull/7", head: "h", at: "", told: [], rounds: 0 };
  const open = withRecord(
    { ...fleet.issue(id), status: "in_progress" },
    { pull, landing: { attempt, at: "", reason: "done" } },
  );
  await fleet.store.transact(fleet.act(), () => ({
    kind: "commit",
    event: "pull",
    subject: "x",
    issues: [open],
    result: undefined,
  }));
  later();
  later();
  expect(looks).toHaveLength(1);
  await answered("gh is not on the PATH");
  pulls.start();
  expect(looks).toHaveLength(2);
  await answered("gh is not on the PATH");
  pulls.start();
  expect(looks).toHaveLength(2);
  expect(fleet.journal().match(/pull requests could not be checked: gh is not on the PATH/g)).toHaveLength(1);
});

it("looks at once where one is to be opened, then as seldom as ever, and not while the fleet is paused", async () => {
  await using fleet = await Fleet.make();
  const read = parseConfig("land: auto\nvia: pr\n");
  if (!read.ok) throw new Error(read.problems.join());
  const made = makeContext({ env: fleet.env }, fleet.home, () => read.config);
  let now = 0;
  let looks = 0;
  const context = { ...made, clock: { ...made.clock, monotonic: () => now } };
  const pulls = new Pulls(context, async () => {
    looks++;
    return await Promise.resolve(undefined);
  });
  const turn = async (): Promise<void> => {
    pulls.start();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const [id, other] = [await fleet.task("Add a", "x"), await fleet.task("Add b", "x")];
  const wait = async (task: string): Promise<void> => {
    const landing = { attempt: { n: 1, uuid: "u" }, at: "", reason: "done" };
    const waits = withRecord({ ...fleet.issue(task), status: "in_progress" }, { landing });
    const change = { kind: "commit", event: "release", subject: "x", issues: [waits], result: undefined } as const;
    await fleet.store.transact(fleet.act(), () => change);
  };
  await turn();
  expect(looks).toBe(0);
  await wait(id);
  await turn();
  await turn();
  expect(looks).toBe(1);
  await wait(other);
  await turn();
  expect(looks).toBe(2);
  now += 200_000;
  await turn();
  expect(looks).toBe(3);
  await fleet.ok(["pause"]);
  now += 200_000;
  await turn();
  expect(looks).toBe(3);
});
