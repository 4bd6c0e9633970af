/** While too many files are open nothing can be told: neither that something is not there, nor that it can't be read; and nothing is remembered of it. */
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";

import { ifReadable } from "@fleet/kit/errors";
import { topOf } from "@fleet/kit/git/dot-git";
import { seenRefs } from "@fleet/kit/git/refs-in";
import { cgroupsBelow, membersOf } from "@fleet/kit/process/cgroup";
import { isProcOurs, startTime } from "@fleet/kit/process/id";
import { processTable } from "@fleet/kit/process/table";
import { readBounded } from "@fleet/kit/read";
import { shortageOf } from "@fleet/kit/shortage";
import { uuid4 } from "@fleet/kit/uuid";

import { actingHere } from "../../src/app/acting.ts";
import { Marker } from "../../src/attempts/evidence/marks.ts";
import { walk } from "../../src/attempts/evidence/walk.ts";
import { readAttempt } from "../../src/attempts/records/record.ts";
import { redactor } from "../../src/engine/shell/accounts/redact.ts";
import { Held } from "../../src/engine/shell/loop/held.ts";
import { Landings } from "../../src/engine/shell/loop/landings.ts";
import { superviseHome } from "../../src/engine/shell/loop/loop.ts";
import { Pulls } from "../../src/engine/shell/loop/pulls.ts";
import { Findings } from "../../src/engine/shell/observe/findings.ts";
import { noteHit, readHits } from "../../src/engine/shell/state/hits-file.ts";
import { Journal, journalPath } from "../../src/engine/shell/state/journal.ts";
import { JournalTail } from "../../src/engine/shell/state/journal-tail.ts";
import { readSaid } from "../../src/engine/shell/state/said.ts";
import { stopAsked } from "../../src/engine/shell/state/stop-word.ts";
import { Troubles } from "../../src/engine/shell/state/troubles.ts";
import { ConfigWatch, parseConfig } from "../../src/settings/file.ts";
import { withFewFiles } from "../support/few-files.ts";
import { Fleet } from "../support/fleet.ts";
import { attemptIn, contextOf } from "../support/observed.ts";

function directory(): string {
  const dir = mkdtempSync(join(tmpdir(), "fleet-few-"));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return dir;
}

/** What the machine is short of, by what came of it; undefined where something came of it. */
const shortIn = async (act: () => unknown, isRefused?: (path: string) => boolean) =>
  await withFewFiles(act, isRefused).then(() => undefined, shortageOf);

it.each<readonly [string, (dir: string) => unknown]>([
  ["a file", (dir) => readBounded(join(dir, "file"))],
  ["a file that may be unreadable", (dir) => ifReadable(() => readBounded(join(dir, "file")))],
  ["the mark of a file", (dir) => new Marker().mark(join(dir, "file"))],
  ["the files of a directory", async (dir) => await walk(dir, "/nowhere")],
  ["the refs of a repository", (dir) => seenRefs(dir)],
  ["the working tree of a directory", topOf],
  ["what a cgroup holds", membersOf],
  ["what is below a cgroup", cgroupsBelow],
  ["whether /proc is ours", isProcOurs],
  ["when a process began", () => startTime(process.pid)],
  ["the processes", () => processTable()],
])("%s: says that the machine is short, and nothing else", async (_, look) => {
  const dir = directory();
  writeFileSync(join(dir, "file"), "text");
  expect(await shortIn(() => look(dir))).toBe("files");
});

it("takes itself for nobody else for good", async () => {
  vi.resetModules();
  const { ownId } = await import("../../../kit/src/process/id.ts");
  expect(await shortIn(ownId)).toBe("files");
  expect(ownId()).toMatchObject({ pid: process.pid, start: startTime(process.pid) });
});

it("takes an attempt for no person", async () => {
  await using fleet = await Fleet.make();
  mkdirSync(join(fleet.home, "tasks"), { recursive: true });
  expect(await shortIn(async () => await actingHere({ env: {} }, fleet.home))).toBe("files");
});

it("looks for secrets that it can't read just now, and writes no line without", async () => {
  const dir = directory();
  const file = join(dir, "key");
  writeFileSync(file, "sk-123456789\n");
  const checked = parseConfig(`accounts: {work: {coder: claude, secrets: {A_KEY: {file: ${file}}}}}`);
  if (!checked.ok) throw new Error(checked.problems.join("; "));
  const made = (): ((text: string) => string) => redactor(checked.config, { coder: "claude", account: "work" }, {});
  expect(made()("it is sk-123456789")).not.toContain("sk-123456789");
  expect(await shortIn(made)).toBe("files");
  const heard: string[] = [];
  const journal = new Journal(
    dir,
    () => 0,
    ({ text }) => heard.push(text),
    (text) => made()(text),
  );
  await withFewFiles(() => journal.write("trouble", "it is sk-123456789"));
  expect(heard).toEqual([
    expect.stringContaining("the log can't be written: it can't be read: too many files are open"),
  ]);
});

it("asks no person to mend what was said of the fleet, and forgets none of it", async () => {
  await using fleet = await Fleet.make();
  const hits = [1, 2].map((at) => ({ who: "a", signal: "SIGTERM", at }));
  const [first = { who: "", signal: "", at: 0 }, second = first] = hits;
  noteHit(fleet.home, first);
  expect(await shortIn(() => readSaid(fleet.home))).toBe("files");
  expect(
    await shortIn(
      () => noteHit(fleet.home, second),
      (path) => path.endsWith("hits.json"),
    ),
  ).toBe("files");
  expect(readHits(fleet.home)).toEqual([first]);
  noteHit(fleet.home, second);
  expect(readHits(fleet.home)).toEqual(hits);
  // What the loop asks in each turn, with nobody to catch it.
  const self = { pid: 1, process: "1", since: "2030-01-01T00:00:00Z", version: "1" };
  expect(await withFewFiles(() => stopAsked(fleet.home, self))).toBeUndefined();
});

it("looks for attempts that were never judged until it has seen all of them", async () => {
  await using fleet = await Fleet.make();
  const { dir } = await attemptIn(fleet, "running", fleet.project);
  // The store names another one.
  const uuid = uuid4();
  writeFileSync(join(dir, "attempt.json"), JSON.stringify({ ...readAttempt(dir), uuid }));
  const context = contextOf(fleet);
  const held = new Held(context, undefined);
  const adopt = (): void => held.adopt(fleet.store.snapshot(), new Findings(new Troubles(context.journal)));
  expect(await shortIn(adopt, (path) => path.endsWith("attempt.json"))).toBe("files");
  adopt();
  expect(held.all.map(({ ref }) => ref.uuid)).toContain(uuid);
});

it("tells what is new in the log once it knows what is old", async () => {
  const home = directory();
  mkdirSync(dirname(journalPath(home)));
  writeFileSync(journalPath(home), "old\n");
  const tail = await withFewFiles(() => new JournalTail(home));
  expect(await withFewFiles(() => tail.lines())).toEqual([]);
  expect(tail.lines()).toEqual([]);
  appendFileSync(journalPath(home), "new\n");
  expect(tail.lines()).toEqual(["new"]);
});

it("begins with what it looks at beside the loop when files are few", async () => {
  await using fleet = await Fleet.make();
  const context = contextOf(fleet);
  const begun = await withFewFiles(() => {
    const [landings, pulls] = [new Landings(context), new Pulls(context)];
    pulls.start();
    return landings;
  });
  expect(begun).toBeInstanceOf(Landings);
});

it("does not begin as what it is not: where files are few before it leads, it says so", async () => {
  await using fleet = await Fleet.make();
  const controls = { interrupts: () => 0, handover: () => undefined, woken: () => new AbortController().signal };
  const begun = async () => await superviseHome(contextOf(fleet), new ConfigWatch(fleet.home), controls, "1");
  const end = await withFewFiles(begun, (path) => path === "/proc/self/mountinfo");
  expect(end).toEqual({ kind: "short", text: expect.stringContaining("open files") });
});
