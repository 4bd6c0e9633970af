/** A key that a coder repeats, wherever it does so: what fleet itself writes down of it has the key's name instead. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as fc from "fast-check";
import { errno } from "@fleet/kit/errors";
import { describe, expect, it } from "vitest";

import { redacting } from "@fleet/kit/redact";

import { Fleet } from "../support/fleet.ts";
import { WORKER } from "../support/robot.ts";
import { until } from "../support/until.ts";

const KEY = "sk-live-first-7Zq1xW";

async function keyed(): Promise<Fleet> {
  const fleet = await Fleet.make({}, "", { workingWithin: 400 });
  const file = join(fleet.root, "first.key");
  writeFileSync(file, `${KEY}\n`, { mode: 0o600 });
  fleet.configure(
    {},
    `${WORKER}
accounts: { first: { coder: worker, secrets: { WORK_KEY: { file: ${file} } } } }
liveness: { warn_after: 600ms, hung_after: 2s }
`,
  );
  return fleet;
}

/** A supervisor is at work there: locks and temporary files come and go. */
function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if (errno(error) === "ENOENT") return undefined;
    throw error;
  }
}

const filesBelow = (dir: string): string[] =>
  (unlessGone(() => readdirSync(dir, { withFileTypes: true })) ?? []).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });

/** The files of the home that hold it, but for what the coder printed; and whether any object of git does. */
function holders(fleet: Fleet): string[] {
  const files = filesBelow(fleet.home)
    .filter((path) => !/^(log\.|events\.jsonl)/.test(basename(path)))
    .filter((path) => unlessGone(() => readFileSync(path).includes(KEY)));
  const objects = execFileSync("git", ["-C", fleet.home, "cat-file", "--batch-all-objects", "--batch"]);
  return [...files, ...(objects.includes(KEY) ? ["git"] : [])];
}

describe.concurrent("a coder that repeats its key", () => {
  it("as its last word before it hangs: not in the log, the verdict on it, the reason to stop it", async () => {
    await using fleet = await keyed();
    const id = await fleet.task("hangs", `echo '{"type":"tool","name":"curl '"$WORK_KEY"'"}'; sleep 60`, {
      coder: "worker",
    });
    await fleet.supervise();
    await fleet.attempted(id);
    expect(readFileSync(join(fleet.dir(id), "log.jsonl"), "utf8")).toContain(KEY);
    expect(holders(fleet)).toEqual([]);
    for (const name of ["outcome.json", "stop.json", "liveness.json"])
      expect(readFileSync(join(fleet.dir(id), name), "utf8")).toContain("[WORK_KEY]");
    expect(fleet.journal()).toContain("[WORK_KEY]");
  });

  it("as the reason why it failed: not in the verdict, nor in why its account waits", async () => {
    await using fleet = await keyed();
    const result = `{"type":"result","ok":false,"cause":"auth","text":"invalid key '"$WORK_KEY"'"}`;
    const id = await fleet.task("is refused", `echo "$WORK_KEY" >&2; echo '${result}'; exit 1`, { coder: "worker" });
    await fleet.supervise();
    await fleet.attempted(id);
    expect(fleet.outcome(id)).toMatchObject({ kind: "auth", reason: "invalid key [WORK_KEY]" });
    await until("its account waits", () => fleet.journal().includes("first waits"));
    expect(await fleet.ok(["accounts"])).toContain("invalid key [WORK_KEY]");
    expect(holders(fleet)).toEqual([]);
  });

  it("in what it writes to the queue: comments, notes, questions, memories, titles, the reason it closes with", async () => {
    await using fleet = await keyed();
    const script = [
      `fleet bd comment "$FLEET_TASK_ID" "said $WORK_KEY"`,
      `fleet bd update "$FLEET_TASK_ID" --append-notes "noted $WORK_KEY"`,
      `fleet bd create "found $WORK_KEY" -d "in $WORK_KEY" --defer +1h`,
      `fleet bd remember "kept $WORK_KEY"`,
      `fleet ask "is $WORK_KEY good?" --option "$WORK_KEY" --wait 1s`,
      `echo '{"type":"tool","name":"edit"}'`,
      `fleet bd close "$FLEET_TASK_ID" --reason "used $WORK_KEY"`,
      `echo '{"type":"result","ok":true,"text":"done"}'`,
    ];
    const id = await fleet.task("writes", script.join("\n"), { coder: "worker" });
    await fleet.supervise();
    const issue = await until("it ends", () => fleet.issue(id).status !== "in_progress" && fleet.issue(id));
    await fleet.attempted(id);
    const all = JSON.stringify([issue, fleet.issue(id), [...fleet.store.snapshot().live.values()]]);
    const memories = await fleet.ok(["bd", "memories", "--json"]);
    for (const said of ["said", "noted", "found", "is", "used"]) expect(all).toContain(`${said} [WORK_KEY]`);
    expect(memories).toContain("kept [WORK_KEY]");
    expect(holders(fleet)).toEqual([]);
  });
});

it("of two keys of which one begins with the other, nothing is left; short values are words", () => {
  const redact = redacting([
    { name: "A", value: "secret-1" },
    { name: "B", value: "secret-1-and-more" },
    { name: "C", value: "the" },
  ]);
  expect(redact("the secret-1-and-more, secret-1")).toBe("the [B], [A]");
});

it("no text that was redacted holds a secret, unless a name does", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 6, maxLength: 8 });
  fc.assert(
    fc.property(text, fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 60 }), (value, around) => {
      expect(redacting([{ name: "NAME", value }])(`${around}${value}${around}`)).not.toContain(value);
    }),
  );
});
