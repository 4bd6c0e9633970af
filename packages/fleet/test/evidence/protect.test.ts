/** What no attempt may change: whose a change is, and how it is put back. */
import { execFileSync } from "node:child_process";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect, it, onTestFinished } from "vitest";

import { type ProtectedChange } from "../../src/attempts/protect/changes.ts";
import { riskyKeys } from "../../src/attempts/protect/risky-keys.ts";
import { changesIn, placesOf, ProtectedWatch, watchPlaces } from "../../src/attempts/protect/watch.ts";
import type { GitCommand } from "../../src/attempts/ran/trace.ts";
import { eventsPath } from "../../src/attempts/records/output.ts";
import { PROTECTED } from "../../src/settings/protect.ts";

it("reads of a configuration the keys by which git runs or reads something else", () => {
  const text = [
    "# [alias]",
    "[user]",
    "\tname = P",
    '[filter "l\\"f s"] clean = one',
    "\tsmudge = two \\",
    "\tand more",
    "[Core]",
    "HooksPath = h",
    "  hooksPath = i",
    "[alias]",
    "  x",
    '[includeIf "gitdir:/a/"]',
    "  path = /b",
  ].join("\n");
  expect(riskyKeys(text)).toEqual({
    'filter.l"f s.clean': ["one"],
    'filter.l"f s.smudge': ["two \tand more"],
    "core.hookspath": ["h", "i"],
    "alias.x": ["true"],
    "includeif.gitdir:/a/.path": ["/b"],
  });
});

interface World {
  readonly dir: string;
  readonly repo: string;
  readonly home: string;
  readonly write: (path: string, text: string) => void;
}

function world(protect: readonly string[] = PROTECTED): World {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "fleet protect-")));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const [dir, repo, home] = [join(root, "attempt"), join(root, "repo"), join(root, "home")];
  for (const made of [dir, join(repo, ".git", "hooks"), home]) mkdirSync(made, { recursive: true });
  const write = (path: string, text: string): void => writeFileSync(join(root, path), text);
  write("repo/.git/config", "[core]\n\tbare = false\n[alias]\n\tst = status\n");
  write("repo/.git/hooks/pre-commit", "#!/bin/sh\n");
  write("home/.bashrc", "one\n");
  watchPlaces(dir, placesOf(protect, { cwd: repo, top: repo, repository: join(repo, ".git"), home }));
  return { dir, repo, home, write };
}

const config = (repo: string, ...args: string[]): GitCommand => ({
  name: "config",
  args: ["config", ...args],
  worktree: repo,
  at: 1,
  until: 2,
  code: 0,
});
const told = (changes: readonly ProtectedChange[]): string[] => changes.map(({ what, whose }) => `${whose} ${what}`);

it("tells what is the attempt's by its tools and git's trace, and of the rest only that it changed", () => {
  const { dir, repo, home, write } = world();
  expect(changesIn(dir, [], () => undefined)).toEqual([]);
  write("repo/.git/config", "[core]\n\tbare = true\n\thooksPath = /evil\n[alias]\n\tst = !evil\n");
  write("repo/.git/hooks/post-commit", "evil\n");
  write("repo/.git/hooks/pre-push.sample", "as git makes it\n");
  write("home/.bashrc", "one\nevil\n");
  const changes = changesIn(dir, [join(home, ".bashrc")], () => ({
    commands: [config(repo, "core.hooksPath", "/evil")],
    cut: false,
  }));
  expect(told(changes)).toEqual([
    `unknown alias.st of ${repo}/.git/config`,
    `own core.hookspath of ${repo}/.git/config`,
    `own ${home}/.bashrc`,
    `unknown ${repo}/.git/hooks/post-commit`,
  ]);
  // Each is put back by what is said.
  for (const { putBack } of changes) execFileSync("sh", ["-c", putBack], { stdio: "ignore" });
  expect(changesIn(dir, [], () => undefined)).toEqual([]);
  expect(readFileSync(join(home, ".bashrc"), "utf8")).toBe("one\n");
});

it("looks again at what was written to, by content, and as long as it is not known whose a change is", () => {
  const { dir, repo, write } = world();
  const watch = new ProtectedWatch(dir);
  const hook = join(repo, ".git", "hooks", "pre-commit");
  const { mtime, atime } = statSync(hook);
  expect(watch.look(0)).toEqual([]);
  // As long as before, with the time set back.
  write("repo/.git/hooks/pre-commit", "#!/bin/ed\n");
  utimesSync(hook, atime, mtime);
  expect(told(watch.look(1))).toEqual([`unknown ${hook}`]);
  events(dir, Date.now(), "printf evil >.git/hooks/pre-commit");
  // Not each time: its events are read for that.
  expect(told(watch.look(2))).toEqual([`unknown ${hook}`]);
  expect(told(watch.look(10_000))).toEqual([`own ${hook}`]);
  write("repo/.git/hooks/pre-commit", "#!/bin/sh\n");
  expect(watch.look(10_001)).toEqual([]);
});

/** Of an attempt whose one tool ran at that moment. */
const events = (dir: string, at: number, summary: string, seconds = 2): void =>
  writeFileSync(
    eventsPath(dir),
    [
      { at: new Date(at - 1_000).toISOString(), kind: "tool-started", id: "1", tool: "Bash", summary },
      {
        at: new Date(at + seconds * 1_000).toISOString(),
        kind: "tool-finished",
        id: "1",
        tool: "Bash",
        summary,
        ok: true,
      },
    ]
      .map((event) => `${JSON.stringify(event)}\n`)
      .join(""),
  );

it("takes for the attempt's own what changed while a tool ran whose words name it", () => {
  const { dir, repo, home, write } = world();
  write("home/.bashrc", "evil\n");
  write("repo/.git/config", "[alias]\n\tst = !evil\n");
  const whose = (at: number, summary: string): string[] => {
    events(dir, at, summary);
    return told(changesIn(dir, [], () => undefined)).map((line) => line.replace(/ .*/, ""));
  };
  expect(whose(Date.now(), `echo evil >${home}/.bashrc; sed -i s/status/!evil/ .git/config`)).toEqual(["own", "own"]);
  expect(whose(Date.now(), "git -C . config alias.st '!evil'")).toEqual(["own", "unknown"]);
  expect(whose(Date.now(), "./setup.sh")).toEqual(["unknown", "unknown"]);
  // Words that are like it name nothing.
  expect(whose(Date.now(), "git add config.yaml && git commit -m 'a config of bashrc'")).toEqual([
    "unknown",
    "unknown",
  ]);
  expect(whose(Date.now() - 60_000, "cat ~/.bashrc .git/config")).toEqual(["unknown", "unknown"]);
  expect(repo).not.toBe("");
});

it("watches what the settings name, and nothing where they name nothing", () => {
  const some = world(["notes/key", "~/.netrc"]);
  for (const path of ["repo/.git/hooks/pre-commit", "home/.bashrc", "home/.netrc"]) some.write(path, "evil\n");
  mkdirSync(join(some.repo, "notes"));
  some.write("repo/notes/key", "k\n");
  expect(told(changesIn(some.dir, [], () => undefined))).toEqual([
    `unknown ${some.home}/.netrc`,
    `unknown ${some.repo}/notes/key`,
  ]);
  const none = world([]);
  none.write("home/.bashrc", "evil\n");
  expect(changesIn(none.dir, [], () => undefined)).toEqual([]);
});
