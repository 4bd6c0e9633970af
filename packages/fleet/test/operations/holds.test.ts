/** What is held, whose fault it is, and how it is lifted: one name, one hold. And with which PATH a coder is found. */
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";

import { DEFAULTS } from "../../src/settings/defaults.ts";
import { type Park, parkReason } from "../../src/engine/core/accounts/park.ts";
import { CLOSED } from "../../src/engine/core/breaker.ts";
import { bearing, heldText, heldThings } from "../../src/engine/core/holds.ts";
import { judgeNotStarted } from "../../src/engine/core/not-started.ts";
import { signOf } from "../../src/engine/core/consequences.ts";
import { LIFECYCLE } from "../../src/engine/core/lifecycle.ts";
import { attemptPath, missingText, searchOrder } from "../../src/engine/core/search-path.ts";
import { reasonText } from "../../src/engine/core/reason-text.ts";
import { unknownCoder } from "../../src/engine/core/unknown-coder.ts";
import { readBreakers } from "../../src/engine/shell/state/breaker-file.ts";
import { Fleet } from "../support/fleet.ts";
import { until } from "../support/until.ts";

describe("the PATH of an attempt", () => {
  const paths = { set: undefined, task: "/t:/u", supervisor: "/s", found: "/f:/u" };

  it("is searched in order: what is set, the task's, the supervisor's, where `fleet coders` found it", () => {
    expect(searchOrder({ ...paths, set: "/c" }).map(({ whose }) => whose)).toEqual([
      "set",
      "task",
      "supervisor",
      "found",
    ]);
    expect(searchOrder({ ...paths, task: undefined, found: "" })).toEqual([{ whose: "supervisor", path: "/s" }]);
    const none = { set: undefined, task: undefined, supervisor: undefined, found: undefined };
    expect(searchOrder(none)).toEqual([{ whose: "supervisor", path: "/usr/local/bin:/usr/bin:/bin" }]);
  });

  it("is the task's, and after it the one in which the coder was found", () => {
    const order = searchOrder(paths);
    expect(attemptPath("/bin0", order, { whose: "task", path: "/t:/u" })).toBe("/bin0:/t:/u");
    expect(attemptPath("/bin0", order, { whose: "found", path: "/f:/u" })).toBe("/bin0:/t:/u:/f");
  });

  it("is named, whosever it is, where the coder is on none of them", () => {
    expect(missingText("claude", searchOrder({ ...paths, found: undefined }), "/p")).toBe(
      "claude was not found on the PATHs searched (the task's, the supervisor's); install it, then, in a shell that finds it: fleet coders",
    );
    expect(missingText("./x", searchOrder(paths), "/p")).toContain("(looked for in /p)");
  });
});

it("an account that is tried once in a while says what ends that early, and no more once it was lifted", () => {
  const auth: Park = { until: "2026-03-01T12:10:00.000Z", reason: "not signed in", kind: "auth", repeats: 0 };
  expect(parkReason("work", auth, true)).toBe("not signed in (fixed? fleet resume work)");
  // Nothing tries it there, and whoever says so names the command.
  expect(parkReason("work", auth, false)).toBe("not signed in");
  expect(parkReason("work", { ...auth, kind: "window" }, true)).toBe("not signed in");
  expect(heldThings(DEFAULTS, { work: auth }, CLOSED).map(heldText)).toEqual(["account work (not signed in)"]);
});

it("names the coder that was meant where none has the name", () => {
  const told = (coder: string): string[] => unknownCoder(coder, DEFAULTS).map((reason) => reasonText("t-1", reason));
  expect(told("claude")).toEqual([]);
  expect(told("cluade2")).toEqual([
    "there is no coder cluade2; did you mean claude: fleet bd update t-1 --coder claude",
  ]);
  expect(told("whatever")[0]).toContain("(fleet coders lists them)");
});

it.each([
  ["coder-missing", "coder-missing"],
  ["directory-gone", "directory-gone"],
  ["failed", "nothing"],
  ["refused", "nothing"],
  ["overtaken", "nothing"],
] as const)("an attempt that was not started because of %s says %s to the breakers", (kind, sign) => {
  expect(signOf(LIFECYCLE, judgeNotStarted({ kind, reason: "why" })).kind).toBe(sign);
});

describe("a name", () => {
  const config = {
    ...DEFAULTS,
    accounts: { work: { coder: "claude", env: {}, secrets: {}, order: 0, weight: 1 } },
  };
  const park = { until: null, reason: "not signed in", kind: "auth", repeats: 0 } as const;
  const open = { failures: 5, reason: "why", probeAt: 1 };
  const parked = { work: park, codex: park, gone: park, idle: { ...park, released: "2026-01-01T00:00:00Z" } };
  const breakers = { coders: { "claude\n/bin": open, "claude\n/usr/bin": open }, dirs: { "/src/app": open } };
  const things = heldThings(config, parked, breakers);
  const lifted = (...as: string[]): string[] => bearing(things, as).map(({ kind, name }) => `${kind} ${name}`);

  it("lifts all that bears it: the account, the accounts of the coder, the coder wherever it was looked for", () => {
    expect(lifted("work")).toEqual(["account work"]);
    expect(lifted("claude")).toEqual(["account work", "coder claude", "coder claude"]);
    expect(lifted("codex")).toEqual(["account codex"]);
    expect(lifted("gone")).toEqual(["account gone"]);
  });

  it("lifts a directory by its path and by its last part", () => {
    expect(lifted("/src/app")).toEqual(["directory /src/app"]);
    expect(lifted("app")).toEqual(["directory /src/app"]);
  });

  it("lifts nothing that does not bear it, and nothing that is not held", () => {
    for (const name of ["clau", "idle", "src", "/src"]) expect(lifted(name)).toEqual([]);
  });
});

it.concurrent("one culprit is held, and whatever has nothing to do with it continues; its name lifts it, and retry and update take over the current PATH", async () => {
  const settings = "coders:\n  tool: { argv: [tool-of-ours], prompt: stdin }\n";
  await using fleet = await Fleet.make({ max_attempts: "20" }, settings, { breakerBurst: 0 });
  const here = fleet.env["PATH"] ?? "";
  const bin = join(fleet.root, "bin");
  const mistyped = await fleet.task("mistyped", "true", { coder: "shel" });
  const missing = await fleet.task("its coder is nowhere", "true", { coder: "tool", metadata: { path: here } });
  await fleet.supervise();
  await until("its coder is held", () => Object.keys(readBreakers(fleet.home).coders).length > 0);
  await until("open", () => readBreakers(fleet.home).coders[`tool\n${here}`]?.probeAt !== undefined);
  await fleet.settled(await fleet.task("innocent, in the same directory", "true"), "closed");
  expect(readBreakers(fleet.home).dirs).toEqual({});
  expect(fleet.outcomes(mistyped)).toEqual([]);
  const rows: unknown = JSON.parse(await fleet.ok(["tasks", "--all", "--json"])).tasks;
  const reason = (text: string): unknown => expect.stringContaining(text);
  expect(rows).toContainEqual(
    expect.objectContaining({
      id: mistyped,
      state: "held",
      reason: reason("there is no coder shel; did you mean shell"),
    }),
  );
  expect(rows).toContainEqual(
    expect.objectContaining({ id: missing, reason: reason("tool-of-ours was not found on the PATHs searched") }),
  );
  expect(await fleet.ok(["complete-values", "held"])).toContain("tool\t");

  mkdirSync(bin);
  writeFileSync(join(bin, "tool-of-ours"), '#!/bin/sh\nfleet bd close "$FLEET_TASK_ID"\n');
  chmodSync(join(bin, "tool-of-ours"), 0o755);
  const shell = { env: { PATH: [bin, here].join(delimiter) } };
  // On another PATH the same coder is not held, and works.
  const other = await fleet.task("its coder is there", "true", { coder: "tool", metadata: { path: shell.env.PATH } });
  await fleet.settled(other, "closed");
  expect(readBreakers(fleet.home).coders[`tool\n${here}`]?.probeAt).toBeDefined();

  const wrong = await fleet.run(["resume", "tol"]);
  expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining("run: fleet resume tool") });
  // Where `fleet coders` finds it the next attempt finds it, too.
  await fleet.ok(["coders"], shell);
  expect(await fleet.ok(["resume", "tool"])).toMatch(/^Resumed: coder tool \(tool-of-ours was not found on the PATHs/);
  await fleet.settled(missing, "closed");
  expect(await fleet.ok(["resume", "tool"])).toBe("tool was not held.\n");

  // `fleet retry` and `fleet bd update --coder` take over the PATH of the shell they are run in.
  await fleet.ok(["retry", missing], { env: { PATH: `${here}:/nowhere` } });
  expect(fleet.issue(missing).metadata?.["path"]).toBe(`${here}:/nowhere`);
  await fleet.ok(["bd", "update", mistyped, "--coder", "shell"], shell);
  expect(fleet.issue(mistyped).metadata?.["path"]).toBe(shell.env.PATH);
  await fleet.settled(mistyped, "closed");
});
