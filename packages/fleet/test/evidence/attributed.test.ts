/** Two attempts in one directory: what is surely the one's, what the other's, and what is asked with both names. */
import { describe, expect, it } from "vitest";

import type { Asked } from "../../src/attempts/evidence/asked.ts";
import { attributed, type OverlapSeen } from "../../src/attempts/evidence/attributed.ts";
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
  readonly ran?: GitRan | undefined;
  readonly other?: Partial<OverlapSeen>;
  readonly expect?: readonly string[];
  readonly deny?: readonly string[];
}

function shown({ changed = [], moves = [], written = [], other = {}, ...rest }: Case): Shown {
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
  };
  const apart = attributed({
    cwd: "/w",
    changes,
    moves,
    top: "/w",
    written,
    ran: "ran" in rest ? rest.ran : NO_GIT,
    others: [{ task: "t-2", n: 1, written: [], ran: NO_GIT, ...other }],
    until: 1_000_000,
  });
  const seen: Seen = {
    changes,
    own: changes,
    goesOn: false,
    earlier: new Set<string>(),
    tools: { byName: {}, written, worked: "none" },
    reportsTools: true,
    resumed: false,
    overlapped: [{ task: "t-2", n: 1, uuid: "u", at: 0 }],
    checks: [],
    mine: apart.named,
    apart,
    names: "t-1 attempt 3 or t-2 attempt 1",
    answered: undefined,
    elsewhere: [],
    onBase: [],
    byChecks: undefined,
    guarded: [],
  };
  const asked = { ...NOTHING_ASKED, expect: rest.expect ?? [], deny: rest.deny ?? [] };
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
      "a file that nobody names is asked, with both names",
      { changed: ["a"], expect: ["path:a"] },
      {
        changed: undefined,
        unmet: [],
        unclear: [
          {
            kind: "expected",
            line: "nothing changed in a, which was expected of its own (whether t-1 attempt 3 or t-2 attempt 1 did that can't be told)",
          },
          { kind: "changed", line: "whether t-1 attempt 3 or t-2 attempt 1 changed a can't be told" },
        ],
      },
    ],
    [
      "one outside of what may be changed is asked, and held against nobody",
      { changed: ["secret"], written: ["/w/x"], deny: ["secret"] },
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
  ])("%s", (_, of, is) => expect(shown(of)).toMatchObject(is));
});
