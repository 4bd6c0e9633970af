/** Work that a person took off its target while its task was still open: asked, and landed again once it is approved again. */
import { expect, test } from "vitest";

import { approve } from "@fleet/store/ops/review";

import { acting, addAll, attempt, issueOf, newStore } from "../../../store/test/support.ts";
import { landTask } from "../../src/engine/shell/land/land-task.ts";
import { seenNow } from "../../src/engine/shell/land/work-kept.ts";
import { DEFAULTS } from "../../src/settings/defaults.ts";
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
