/** Two attempts in one directory: what is surely the one's, what the other's, and what is asked with both names. */
import { describe, expect, it } from "vitest";

import type { Asked } from "../../src/attempts/evidence/asked.ts";
import { attributed, namesOf, type OverlapSeen } from "../../src/attempts/evidence/attributed.ts";
import type { Changes } from "../../src/attempts/evidence/changes.ts";
import type { Seen } from "../../src/attempts/evidence/seen.ts";
import { shownBy } from "../../src/attempts/evidence/shown-by.ts";
import type { Shown } from "../../src/attempts/evidence/shown.ts";
import type { Move } from "../../src/attempts/ran/moves.ts";
import { type GitCommand, type GitRan, NO_GIT } from "../../src/attempts/ran/trace.ts";

const commit = (message: string, at: number): GitCommand => ({
  name: "commit",
  args: ["commit", "-m", message],
  worktree: "/w",
  at: at * 1_000,
  until: at * 1_000 + 100,
  code: 0,
});
const ran = (...commands: GitCommand[]): GitRan => ({ commands, cut: false });
const move = (message: string, at: number, ...paths: string[]): Move => ({
  hash: message,
  at,
  what: `commit: ${message}`,
  paths,
});

const NOTHING_ASKED: Asked = {
  checks: [],
  expect: [],
  allow: [],
  deny: [],
  prove: [],
  check_paths: [],
  tests_are_work: false,
  evidence: "change",
};

interface Case {
  readonly changed?: readonly string[];
  readonly moves?: readonly Move[];
  readonly written?: readonly string[];
  readonly worded?: readonly string[];
  readonly ran?: GitRan | undefined;
  readonly other?: Partial<OverlapSeen>;
  readonly expect?: readonly string[];
  readonly deny?: readonly string[];
  readonly checkPaths?: readonly string[];
  /** What git ignores, repositories inside, what it reads through a filter. */
  readonly aside?: Partial<Pick<Changes, "ignored" | "nested" | "unread">>;
  /** Seconds in which a tool ran. */
  readonly toolAt?: readonly number[];
}

function shown({ changed = [], moves = [], written = [], worded = [], other = {}, aside = {}, ...rest }: Case): Shown {
  const changes: Changes = {
    from: "git",
    paths: changed,
    commits: moves.map(({ hash, what }) => ({ hash, subject: what })),
    commitsUnknown: false,
    dirty: [],
    unpushed: undefined,
    cut: false,
    blind: false,
    why: undefined,
    unread: [],
    trivial: [],
    recorded: false,
    elsewhere: [],
    nested: [],
    ignored: [],
    unlooked: [],
    partly: [],
    ...aside,
  };
  const apart = attributed({
    cwd: "/w",
    changes,
    moves,
    top: "/w",
    written,
    worded,
    spans: (rest.toolAt ?? []).map((at) => ({ from: at * 1_000, until: at * 1_000 + 500, text: "./build" })),
    ran: "ran" in rest ? rest.ran : NO_GIT,
    others: [{ task: "t-2", n: 1, written: [], worded: [], ran: NO_GIT, spans: [], ...other }],
    until: 1_000_000,
  });
  const seen: Seen = {
    changes,
    own: changes,
    goesOn: false,
    earlier: new Set<string>(),
    tools: { byName: {}, written, worded, worked: "none" },
    reportsTools: true,
    resumed: false,
    overlapped: [{ task: "t-2", n: 1, uuid: "u", at: 0 }],
    checks: [],
    mine: apart.mine,
    apart,
    names: "t-1 attempt 3 or t-2 attempt 1",
    answered: undefined,
    elsewhere: [],
    onBase: [],
    byChecks: undefined,
    guarded: [],
  };
  const asked = {
    ...NOTHING_ASKED,
    expect: rest.expect ?? [],
    deny: rest.deny ?? [],
    check_paths: rest.checkPaths ?? [],
  };
  return shownBy(seen, asked, true, { closing: undefined, last: "" });
}

describe("beside another attempt", () => {
  it.each<[what: string, of: Case, is: object]>([
    [
      "a commit of a script is its own",
      { changed: ["a"], moves: [move("x", 5, "a")], ran: ran(commit("x", 5)), expect: ["commit", "path:a"] },
      { changed: true, unmet: [], unclear: [] },
    ],
    [
      "a commit of the other's is not",
      { changed: ["a"], moves: [move("x", 5, "a")], other: { ran: ran(commit("x", 5)) }, expect: ["commit"] },
      { changed: false, unmet: ["a commit was expected, and there is no new one"], unclear: [] },
    ],
    [
      "a file that its tools name is its own",
      { changed: ["a", "b"], written: ["/w/src/../a"] },
      { changed: true, unclear: [] },
    ],
    [
      "a file that the other's tools name is not",
      { changed: ["b"], other: { written: ["/w/b"] } },
      { changed: false, unclear: [] },
    ],
    [
      "a file that the words of its command write to is its own",
      { changed: ["a"], worded: ["a"], expect: ["path:a"] },
      { changed: true, unmet: [], unclear: [] },
    ],
    [
      "a file that the words of the other's command write to is not",
      { changed: ["b"], other: { worded: ["/w/b"] } },
      { changed: false, unclear: [] },
    ],
    [
      "a file that the words of both write to is asked",
      { changed: ["a"], worded: ["a"], other: { worded: ["/w/a"] } },
      { changed: undefined, unclear: [{ kind: "changed" }] },
    ],
    [
      "a file that the other's tool names is not its own by words",
      { changed: ["a"], worded: ["a"], other: { written: ["/w/a"] } },
      { changed: false, unclear: [] },
    ],
    [
      "a file that nobody names is asked, with both names",
      { changed: ["a"], expect: ["path:a"] },
      {
        changed: undefined,
        unmet: [],
        unclear: [
          {
            kind: "expected",
            line: "a change in a was expected: whether t-1 attempt 3 or t-2 attempt 1 made it can't be told",
          },
          { kind: "changed", line: "whether t-1 attempt 3 or t-2 attempt 1 changed a can't be told" },
        ],
      },
    ],
    [
      "one outside of what may be changed is asked, and held against nobody",
      { changed: ["secret", "x"], written: ["/w/x"], deny: ["secret"] },
      {
        outside: [],
        unclear: [{ kind: "forbidden", line: "whether t-1 attempt 3 or t-2 attempt 1 changed secret can't be told" }],
      },
    ],
    [
      "without a trace a commit may be its own",
      { moves: [move("x", 5)], ran: undefined, expect: ["commit"] },
      { unmet: [], unclear: [{ kind: "expected" }, { kind: "changed" }] },
    ],
    [
      "an expectation that nothing meets is unmet",
      { changed: ["a"], expect: ["path:b"] },
      { unmet: ["nothing changed in b, which was expected"] },
    ],
    [
      "what a tool of its own wrote outside of the working tree is no change of it",
      { changed: ["a"], written: ["/w/a", "/tmp/plan"], deny: ["../**"] },
      { changed: true, outside: [] },
    ],
    [
      "what a tool of its own wrote, and is as it was, is held against nobody",
      { changed: [], written: ["/w/secret"], deny: ["secret"] },
      { changed: false, outside: [] },
    ],
    [
      "what git ignores counts where its tool names it",
      { aside: { ignored: ["dist/x"] }, written: ["/w/dist/x"], expect: ["path:dist/**"] },
      { changed: true, unmet: [], unclear: [] },
    ],
    [
      "what git ignores, and another's tool names, is not its own",
      { aside: { ignored: ["dist/x"] }, other: { written: ["/w/dist/x"] }, expect: ["path:dist/**"] },
      { changed: false, unmet: ["nothing changed in dist/**, which was expected"], unclear: [] },
    ],
    [
      "what git ignores, and nobody names, is asked",
      { aside: { ignored: ["dist/x"] }, expect: ["path:dist/**"] },
      {
        changed: undefined,
        unmet: [],
        unclear: [{ kind: "expected", line: expect.stringContaining("t-2 attempt 1") }],
      },
    ],
    [
      "what git ignores, is forbidden, and nobody names, is asked, and held against nobody",
      { changed: ["a"], written: ["/w/a"], aside: { ignored: [".env", "log"] }, deny: [".env"] },
      {
        outside: [],
        unclear: [{ kind: "forbidden", line: "whether t-1 attempt 3 or t-2 attempt 1 changed .env can't be told" }],
      },
    ],
    [
      "what git ignores, is forbidden, and its tool names, is its own",
      { changed: ["a"], written: ["/w/a", "/w/.env"], aside: { ignored: [".env"] }, deny: [".env"] },
      { outside: [".env"], unclear: [] },
    ],
    [
      "what checks depend on, and nobody names, is asked",
      { changed: ["a", "test/x"], written: ["/w/a"], checkPaths: ["test/**"] },
      { unmet: [], unclear: [{ kind: "forbidden", line: expect.stringContaining("changed test/x can't be told") }] },
    ],
    [
      "a submodule is its own by a file in it that its tool names",
      { changed: ["lib"], written: ["/w/lib/deep/a"], expect: ["path:lib/**"] },
      { changed: true, unmet: [], unclear: [] },
    ],
    [
      "a submodule is its own by what its git did there",
      { changed: ["lib"], ran: ran({ ...commit("x", 5), worktree: "/w/lib" }) },
      { changed: true, unclear: [] },
    ],
    [
      "a repository inside is another's by what that one's git did there",
      { aside: { nested: ["lib"] }, other: { ran: ran({ ...commit("x", 5), worktree: "/w/lib" }) }, deny: ["lib/**"] },
      { changed: false, outside: [], elsewhere: [], unclear: [] },
    ],
    [
      "a repository inside that nobody names is asked",
      { changed: ["a"], written: ["/w/a"], aside: { nested: ["lib"] }, deny: ["lib/**"] },
      { outside: [], unclear: [{ kind: "forbidden", line: expect.stringContaining("changed lib can't be told") }] },
    ],
    [
      "what git reads through a filter, and nobody names, is asked",
      { changed: ["a"], written: ["/w/a"], aside: { unread: ["secret"] }, deny: ["secret"] },
      { outside: [], unclear: [{ kind: "forbidden", line: expect.stringContaining("changed secret can't be told") }] },
    ],
    [
      "a commit while a tool of its own ran, of which git wrote nothing down, may be its own",
      { changed: ["a"], moves: [move("x", 5, "a")], toolAt: [5], expect: ["commit"] },
      { unmet: [], unclear: [{ kind: "expected" }, { kind: "changed" }] },
    ],
    [
      "a commit while a tool of its own ran, whose git is known, is somebody else's",
      {
        moves: [move("x", 5, "a")],
        toolAt: [5],
        ran: ran({ ...commit("x", 5), name: "status", args: ["status"] }),
        expect: ["commit"],
      },
      { unmet: ["a commit was expected, and there is no new one"], unclear: [] },
    ],
  ])("%s", (_, of, is) => expect(shown(of)).toMatchObject(is));
});

it("names several attempts in one breath", () => {
  const of = (...tasks: string[]): string => namesOf(tasks.map((task) => ({ task, n: 1 })));
  expect([of("a"), of("a", "b"), of("a", "b", "c")]).toEqual([
    "a attempt 1",
    "a attempt 1 or b attempt 1",
    "a attempt 1, b attempt 1 or c attempt 1",
  ]);
});
