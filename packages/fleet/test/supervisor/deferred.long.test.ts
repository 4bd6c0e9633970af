/** What was put off starts when its date comes, and what was reopened starts again; until then `fleet tasks --all` says why not. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { Fleet } from "../support/fleet.ts";
import { until } from "../support/until.ts";

const made = async (fleet: Fleet, ...args: string[]): Promise<string> =>
  (await fleet.ok(["bd", "create", "--silent", ...args])).trim();

it.concurrent("starts a deferred task and its grandchildren once its date is past", async () => {
  await using fleet = await Fleet.make({ max_concurrent: "9" });
  const at = new Date(Date.now() + 8_000).toISOString();
  const created = await made(fleet, "created", "--defer", at, "-d", "touch created");
  const updated = await made(fleet, "updated", "-d", "touch updated");
  await fleet.ok(["bd", "update", updated, "--status", "deferred", "--defer", at]);
  const deferred = await made(fleet, "deferred", "-d", "touch deferred");
  await fleet.ok(["bd", "defer", deferred, "--until", at]);
  const past = await made(fleet, "past", "-d", "touch past");
  await fleet.ok(["bd", "defer", past, "--until", "2026-01-01"]);
  const dateless = await made(fleet, "dateless", "-d", "touch dateless");
  await fleet.ok(["bd", "defer", dateless]);
  const epic = await made(fleet, "epic", "-t", "epic", "--defer", at);
  const child = await made(fleet, "child", "-t", "epic", "--parent", epic);
  const grandchild = await made(fleet, "grandchild", "--parent", child, "-d", "touch grandchild");
  await fleet.supervise();
  await fleet.settled(past, "closed");
  const early = ["created", "updated", "deferred", "grandchild"].filter((name) =>
    existsSync(join(fleet.project, name)),
  );
  expect(Date.now() > Date.parse(at) ? [] : early).toEqual([]);
  for (const id of [created, updated, deferred, grandchild]) await fleet.settled(id, "closed");
  expect(Date.now()).toBeGreaterThan(Date.parse(at));
  expect(existsSync(join(fleet.project, "dateless"))).toBe(false);
  expect(fleet.issue(dateless).status).toBe("deferred");
}, 120_000);

it.concurrent("a task that was reopened is started again, by reopen and by update --status open", async () => {
  await using fleet = await Fleet.make();
  const id = await made(fleet, "again", "-d", "echo run >> ran");
  const lines = (): number => readFileSync(join(fleet.project, "ran"), "utf8").split("\n").length - 1;
  await fleet.supervise();
  await fleet.settled(id, "closed");
  await fleet.ok(["bd", "reopen", id, "--reason", "do it again"]);
  await until("it ran twice", () => lines() === 2);
  await fleet.settled(id, "closed");
  await fleet.ok(["bd", "update", id, "--status", "open"]);
  await until("it ran three times", () => lines() === 3);
}, 120_000);

it.concurrent("tasks --all says why an epic, a deferred and a held task do not start, with the date", async () => {
  await using fleet = await Fleet.make();
  const epic = await made(fleet, "epic", "-t", "epic", "--defer", "2099-01-01");
  const child = await made(fleet, "child", "--parent", epic);
  const dated = await made(fleet, "dated", "--defer", "2099-02-01T10:00:00Z");
  const dateless = await made(fleet, "dateless");
  await fleet.ok(["bd", "defer", dateless]);
  const bobs = await made(fleet, "bob's", "--assignee", "bob");
  const told: unknown = JSON.parse(await fleet.ok(["tasks", "--all", "--json"])).tasks;
  const row = (id: string, fields: object): unknown => expect.objectContaining({ id, ...fields });
  expect(told).toEqual(
    expect.arrayContaining([
      row(epic, { state: "container", reason: "type epic: no coder works on it (1 of 1 child open)" }),
      row(child, { state: "waiting", reason: `${epic} is deferred`, not_before: "2099-01-01T00:00:00.000Z" }),
      row(dated, { state: "waiting", reason: "deferred", not_before: "2099-02-01T10:00:00.000Z" }),
      row(dateless, {
        state: "held",
        reason: `deferred without a date; to start it: fleet bd undefer ${dateless}`,
      }),
      row(bobs, {
        state: "held",
        reason: `assigned to bob; to let fleet start it: fleet bd update ${bobs} --assignee ""`,
      }),
    ]),
  );
  expect(await fleet.ok(["tasks", "--all"])).toMatch(/deferred until 2099-02-01/);
}, 120_000);
