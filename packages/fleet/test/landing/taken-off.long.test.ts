/** Work that a person took off its target while its task was still open: asked, and landed again once it is approved again. */
import { expect, test } from "vitest";

import { landingOf } from "@fleet/store/claims";
import { approve } from "@fleet/store/ops/review";

import { acting, addAll, attempt, issueOf, newStore } from "../../../store/test/support.ts";
import { landTask } from "../../src/engine/shell/land/land-task.ts";
import { seenNow } from "../../src/engine/shell/land/work-kept.ts";
import { DEFAULTS } from "../../src/settings/defaults.ts";
import { Fleet } from "../support/fleet.ts";
import { until } from "../support/until.ts";
import { repositoryOf } from "./one-file.ts";
import { makeField } from "./support.ts";

test("it is asked about once, and approved again it lands again", async () => {
  const field = makeField();
  const { home, env, git } = field;
  await field.work("tt-x", { a: "1\n" });
  const store = await newStore("tt", home);
  const stage = { attempt: attempt(1), at: "2027-01-01T00:00:00Z", reason: "done" };
  const metadata = { fleet: { landing: stage, grade: "checked" } };
  await addAll(store, [issueOf("tt-x", { status: "in_progress", metadata })]);
  const around = { home, env, config: { ...DEFAULTS, land: "manual" as const }, store, now: field.making.now };
  const landed = async () => (await landTask({ ...around, act: () => acting() }, "tt-x")).fate;
  // Its lander was killed before the task was closed.
  expect(await field.land("tt-x")).toMatchObject({ kind: "landed" });
  git("branch", "-f", "main", "main~1");
  expect(await landed()).toMatchObject({ kind: "back", to: { kind: "ask", isThere: false } });
  expect(await landed()).toMatchObject({ kind: "gone" });
  const asked = store.snapshot().issue("tt-x");
  if (asked === undefined) throw new Error("no task");
  const seen = { ...(await seenNow({ home, world: { env } }, asked)), uuid: attempt(1).uuid };
  const act = acting();
  await store.transact(act, (now) => approve(now, act, { id: "tt-x", words: "", lands: true, seen }));
  expect(await landed()).toMatchObject({ kind: "landed", isNew: true });
  expect(store.snapshot().issue("tt-x")).toMatchObject({ status: "closed", metadata: { fleet: { grade: "checked" } } });
  expect(git("show", "main:a")).toBe("1");
});

test("taken off after its task closed, it is shown where a person looks, and reopened by one command", async () => {
  await using fleet = await Fleet.make({ land: "manual", isolate: "clone" });
  const git = repositoryOf(fleet);
  const id = await fleet.task("Write a", "echo 1 > a; git add a; git commit -qm a");
  await fleet.supervise();
  await until("it to wait for its landing", () => landingOf(fleet.issue(id)) !== undefined);
  await fleet.ok(["land", id]);
  const commit = git("rev-parse", "main");
  const off = `main of ${fleet.project} no longer has it; it was there as ${commit.slice(0, 10)}`;
  expect(await fleet.ok(["task", id])).toMatch(new RegExp(`landed +on main as ${commit.slice(0, 10)}\n`));
  git("reset", "-q", "--hard", "HEAD~1");
  await until("the supervisor to see it", () => fleet.journal().includes(`was taken off main of ${fleet.project}`));
  for (const args of [["run", "status"], ["tasks"]])
    expect((await fleet.ok(args)).replace(/\s+/g, " ")).toContain(`${id} is closed, but ${off}`);
  expect((await fleet.run(["bd", "doctor"])).stdout).toContain(off);
  const again = `fleet land ${id} --undo`;
  expect((await fleet.ok(["task", id])).replace(/\s+/g, " ")).toContain(
    `taken off there since; to open it again: ${again}`,
  );
  expect((await fleet.run(["land", id])).stderr).toContain(again);
  expect(await fleet.ok(["land", id, "--undo"])).toContain("it waits for approval again");
  expect(await fleet.ok(["tasks"])).not.toContain("no longer has it");
  await fleet.ok(["approve", id]);
  expect(await fleet.ok(["land", id])).toContain("landed on main");
  expect(fleet.issue(id).status).toBe("closed");
  expect(git("show", "main:a")).toBe("1");
});
