/** What of a person's is in the way of a candidate, judged by what is there. */
import type { ChangedPath, Indexed } from "@fleet/kit/git/changed-paths";
import { expect, test } from "vitest";

import { inTheWay, type Standing } from "@fleet/kit/git/in-the-way";
import { obstacleEnd } from "../../src/landing/look-at-checkout.ts";
import { type Verdict, verdictOf, type Way } from "../../src/landing/restore.ts";

const file = (oid: string) => ({ mode: "100644", oid });
const indexed = (oid: string, more: Partial<Indexed> = {}): Indexed => ({
  ...file(oid),
  isUnmerged: false,
  isSkipped: false,
  isAssumed: false,
  ...more,
});

const CHANGES: Readonly<Record<string, ChangedPath>> = {
  changed: { path: "p", before: file("a"), after: file("b") },
  added: { path: "d/p", before: undefined, after: file("b") },
  removed: { path: "p", before: file("a"), after: undefined },
};

interface Case {
  readonly change: keyof typeof CHANGES;
  readonly entry?: Indexed;
  readonly there: Readonly<Record<string, Standing>>;
  readonly below?: readonly string[];
}

const CASES: readonly (readonly [string, string | undefined, Case])[] = [
  ["a file as it was", undefined, { change: "changed", entry: indexed("a"), there: { p: "file" } }],
  ["another object in the index", "staged p", { change: "changed", entry: indexed("c"), there: { p: "file" } }],
  ["no entry in the index", "staged p", { change: "changed", there: { p: "file" } }],
  ["no file", "deleted p", { change: "changed", entry: indexed("a"), there: {} }],
  [
    "no file, outside of a sparse checkout",
    undefined,
    { change: "changed", entry: indexed("a", { isSkipped: true }), there: {} },
  ],
  [
    "no file, taken for unchanged",
    "hidden p",
    { change: "changed", entry: indexed("a", { isAssumed: true }), there: {} },
  ],
  ["a link for a file", "changed p", { change: "changed", entry: indexed("a"), there: { p: "link" } }],
  ["a directory for a file", "changed p", { change: "removed", entry: indexed("a"), there: { p: "directory" } }],
  [
    "an open merge",
    "unmerged p",
    { change: "changed", entry: indexed("a", { isUnmerged: true }), there: { p: "file" } },
  ],
  ["nothing at a new path", undefined, { change: "added", there: {} }],
  ["a file at a new path", "untracked d/p", { change: "added", there: { d: "directory", "d/p": "file" } }],
  ["a socket at a new path", "untracked d/p", { change: "added", there: { d: "directory", "d/p": "other" } }],
  ["a link above a new path", "untracked d", { change: "added", there: { d: "link" } }],
  [
    "an empty directory at a new path",
    undefined,
    { change: "added", there: { d: "directory", "d/p": "directory" }, below: [] },
  ],
  [
    "a file below a new path",
    "untracked d/p/x",
    { change: "added", there: { d: "directory", "d/p": "directory" }, below: ["d/p/x"] },
  ],
];

test.for(CASES)("%s", ([, expected, { change, entry, there, below = [] }]) => {
  const changed = CHANGES[change];
  const index = new Map(entry === undefined ? [] : [["p", entry]]);
  const { obstacle } = inTheWay({
    changed: changed === undefined ? [] : [changed],
    index,
    look: (path) => there[path] ?? "absent",
    below: () => below,
  });
  expect(obstacle && `${obstacle.kind} ${obstacle.path}`).toBe(expected);
});

test.each<[what: string, below: string[], removed: string[], moves: string]>([
  ["a directory of a person's is moved as a whole", ["d/p/x", "d/p/y"], [], "mv /r/d/p /r/d/p.mine"],
  ["one that holds files of git is not", ["d/p/x", "d/p/y"], ["d/p/y"], "mv /r/d/p/x /r/d/p/x.mine"],
])("where a file is to be, %s", (_what, below, removed, moves) => {
  const { obstacle } = inTheWay({
    changed: [
      ...removed.map((path) => ({ path, before: file("a"), after: undefined })),
      { path: "d/p", before: undefined, after: file("b") },
    ],
    index: new Map(removed.map((path) => [path, indexed("a")])),
    look: (path) => (["d", "d/p"].includes(path) ? "directory" : "file"),
    below: () => below,
  });
  expect(obstacle && obstacleEnd(obstacle, "/r")).toMatchObject({ mend: moves });
});

test("what the candidate removes is not in the way of what it puts there", () => {
  const { obstacle } = inTheWay({
    changed: [
      { path: "d", before: file("a"), after: undefined },
      { path: "d/p", before: undefined, after: file("b") },
      { path: "e", before: undefined, after: file("b") },
      { path: "e/p", before: file("a"), after: undefined },
    ],
    index: new Map([
      ["d", indexed("a")],
      ["e/p", indexed("a")],
    ]),
    look: (path) => (path === "e" ? "directory" : "file"),
    below: () => ["e/p"],
  });
  expect(obstacle).toBeUndefined();
});

test("files that git does not look at are named, so that their content is compared", () => {
  const change = { path: "p", before: file("a"), after: file("b") };
  const index = new Map([["p", indexed("a", { isAssumed: true })]]);
  expect(inTheWay({ changed: [change], index, look: () => "file", below: () => [] }).unseen).toEqual(["p"]);
});

/** The way, which change, what the file is and has, what becomes of it. */
const VERDICTS: readonly (readonly [Way, keyof typeof CHANGES, Standing, string, Verdict])[] = [
  ["back", "changed", "file", "a", "right"],
  ["back", "changed", "file", "b", "write"],
  ["back", "changed", "absent", "", "write"],
  ["back", "changed", "file", "c", "left"],
  ["back", "changed", "directory", "", "left"],
  ["back", "added", "file", "b", "remove"],
  ["back", "added", "file", "c", "left"],
  ["back", "added", "absent", "", "right"],
  ["back", "removed", "absent", "", "write"],
  ["forward", "changed", "file", "a", "write"],
  ["forward", "changed", "file", "b", "right"],
  ["forward", "changed", "file", "c", "left"],
  ["forward", "added", "absent", "", "write"],
  ["forward", "removed", "file", "a", "remove"],
  ["forward", "removed", "directory", "", "right"],
  ["forward", "removed", "file", "c", "left"],
];

test.for(VERDICTS)("%s: what is %s, a %s with %s, is %s", ([way, change, standing, oid, expected]) => {
  const changed = CHANGES[change];
  const contents = standing === "file" ? new Set([oid]) : undefined;
  const seen = { standing, contents, isExecutable: false, isSkipped: false, gone: "ours" } as const;
  expect(changed && verdictOf(changed, way, seen)).toBe(expected);
});

test("where only the mode changes, the mode tells which file is there", () => {
  const change: ChangedPath = { path: "p", before: file("a"), after: { mode: "100755", oid: "a" } };
  const seen = { standing: "file", contents: new Set(["a"]), isSkipped: false, gone: "ours" } as const;
  expect(verdictOf(change, "forward", { ...seen, isExecutable: false })).toBe("write");
  expect(verdictOf(change, "forward", { ...seen, isExecutable: true })).toBe("right");
});

test("a file that a person deleted is not written again", () => {
  const change: ChangedPath = { path: "p", before: file("a"), after: file("b") };
  const seen = {
    standing: "absent",
    contents: undefined,
    isExecutable: false,
    isSkipped: false,
    gone: "theirs",
  } as const;
  expect(verdictOf(change, "forward", seen)).toBe("left");
});
