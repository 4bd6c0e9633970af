/** What an attempt may do to its own task from inside, whatever the operation: held to in one place. */
import { describe, expect, it } from "vitest";

import { fleetRecord } from "../src/fleet-record.ts";
import type { Act } from "../src/decision.ts";
import { claim } from "../src/ops/claim.ts";
import { close, reopen } from "../src/ops/close.ts";
import { comment } from "../src/ops/comment.ts";
import { remove } from "../src/ops/remove.ts";
import { retry } from "../src/ops/settle.ts";
import { update, type Update } from "../src/ops/update.ts";
import { acting, add, newStore } from "./support.ts";

const UUID = "11111111-1111-4111-8111-111111111111";
const ann = acting();
const agent: Act = acting({ actor: "shell/1111", inside: { task: "tt-a", uuid: UUID } });

async function held() {
  const store = await newStore();
  const metadata = { checks: ["npm test"], limits: { usd: 5 }, cwd: "/p", note: "hers" };
  await add(store, { id: "tt-a", title: "A", metadata });
  await store.transact(ann, (now) => claim(now, ann, { id: "tt-a", attempt: { n: 1, uuid: UUID } }));
  const change = (input: Omit<Update, "id">, who = agent) =>
    store.transact(who, (now) => update(now, who, { ...input, id: "tt-a" }));
  return { store, change, issue: () => store.snapshot().issue("tt-a") };
}

describe("an attempt that holds its task", () => {
  it.each<[string, Omit<Update, "id">, RegExp]>([
    ["takes a check away", { setMetadata: { checks: [] } }, /may not change the requirements \(checks\)/],
    ["lifts a limit", { setMetadata: { limits: { usd: "none" } } }, /\(limits\)/],
    ["takes both out", { unsetMetadata: ["limits", "checks"] }, /\(checks, limits\)|\(limits, checks\)/],
    ["moves to another directory", { setMetadata: { cwd: "/q" } }, /\(cwd\)/],
    ["makes itself never hung", { setMetadata: { hung_after: "0s" } }, /\(hung_after\)/],
    ["puts it back", { status: "open" }, /may not put back \(open\)/],
    ["puts it off", { defer_until: "2999-01-01T00:00:00Z" }, /may not put back \(deferred\)/],
  ])("may not: %s", async (_what, input, refusal) => {
    const home = await held();
    const tip = home.store.snapshot().tip;
    await expect(home.change(input)).rejects.toThrow(refusal);
    expect(home.store.snapshot().tip).toBe(tip);
  });

  it("may not delete it", async () => {
    const home = await held();
    await expect(home.store.transact(agent, (now) => remove(now, agent, { id: "tt-a" }))).rejects.toThrow(
      /attempt 1 holds it/,
    );
  });

  it("may say what it found, block with words, continue, and close", async () => {
    const home = await held();
    await home.change({ setMetadata: { pr: 7 }, appendNotes: "half way", addLabels: ["api"] });
    await home.change({ status: "blocked", notes: "which?" });
    await home.change({ status: "in_progress" });
    await home.store.transact(agent, (now) => close(now, agent, { id: "tt-a", reason: "did it" }));
    const issue = home.issue();
    expect(issue).toMatchObject({ status: "in_progress", labels: ["api"], metadata: { pr: 7, checks: ["npm test"] } });
    expect(issue === undefined ? undefined : fleetRecord(issue).completion?.reason).toBe("did it");
  });

  it("that reopens what it closed continues, and claims nothing any more", async () => {
    const home = await held();
    await home.store.transact(agent, (now) => close(now, agent, { id: "tt-a", reason: "did it" }));
    await home.store.transact(agent, (now) => reopen(now, agent, { id: "tt-a" }));
    const issue = home.issue();
    expect(issue?.status).toBe("in_progress");
    expect(issue === undefined ? {} : fleetRecord(issue)).toMatchObject({ attempt: { uuid: UUID } });
    expect(issue === undefined ? {} : fleetRecord(issue)).not.toHaveProperty("completion");
    await expect(home.store.transact(agent, (now) => reopen(now, agent, { id: "tt-a" }))).rejects.toThrow(/put back/);
  });

  it("does not restrict a person, who may change everything", async () => {
    const home = await held();
    await home.change({ setMetadata: { checks: [], hung_after: "1h" } }, ann);
    expect(home.issue()?.metadata).toMatchObject({ checks: [], hung_after: "1h" });
  });
});

it("an attempt that lost its claim may only comment, by whatever operation", async () => {
  const home = await held();
  const { store } = home;
  await store.transact(ann, (now) => update(now, ann, { id: "tt-a", status: "open" }));
  await store.transact(ann, (now) => retry(now, ann, { id: "tt-a", release: UUID }));
  await expect(store.transact(agent, (now) => remove(now, agent, { id: "tt-a" }))).rejects.toThrow(
    /no longer holds tt-a/,
  );
  await store.transact(agent, (now) => comment(now, agent, { id: "tt-a", text: "too late" }));
  expect(home.issue()?.comments).toMatchObject([{ text: "too late" }]);
});
