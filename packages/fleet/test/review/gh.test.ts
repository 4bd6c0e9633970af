/** What gh answers, in the shapes in which its versions do, and what it says when it does not. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { ghIn } from "../../src/app/gh.ts";
import { jsonPages } from "../../src/app/json-pages.ts";

let dir: string;
beforeAll(() => (dir = mkdtempSync(join(tmpdir(), "fleet-gh-"))));
afterAll(() => rmSync(dir, { recursive: true }));

const said = (files: Readonly<Record<string, string>>): void => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
};
/** Says what is in the file `pr` or `api`; where there is a file `fails`, or one for what is asked (`fails edit`), that, and nothing else. */
const gh = () => {
  said({ fails: "" });
  const script = `#!/bin/sh\ncd ${dir}\nfor at in fails "fails $2"; do [ -s "$at" ] && { cat "$at" >&2; exit 1; }; done\ncat "$1"\n`;
  writeFileSync(join(dir, "gh"), script, { mode: 0o755 });
  return ghIn(dir, { PATH: `${dir}:/usr/bin:/bin` });
};
const pull = {
  number: 7,
  url: "u",
  state: "OPEN",
  mergeCommit: null,
  headRefOid: "h",
  comments: [],
  reviews: [],
  statusCheckRollup: null,
};

describe("the text of a pull request", () => {
  it("is changed by the API where this version's own command fails", async () => {
    const seen = gh();
    said({ "fails edit": "Projects (classic) is being deprecated", api: "{}" });
    await seen.edit(7, "text");
  });

  it("is not where both fail; the error of gh's own command is told", async () => {
    const seen = gh();
    said({ "fails edit": "HTTP 403: no write access", "fails --method": "HTTP 404" });
    await expect(seen.edit(7, "text")).rejects.toThrow(/gh pr edit failed: HTTP 403: no write access/);
  });
});

describe("what a reviewer says", () => {
  it("is no word of thanks, of nobody yet, or taken back or hidden since", async () => {
    const seen = gh();
    const review = (id: string, state: string) => ({ id, author: { login: "bob" }, body: id, state });
    const reviews = ["APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED", "PENDING"].map((state) =>
      review(`r ${state}`, state),
    );
    const comments = [
      { id: "shown", author: null, body: "and the docs?" },
      { id: "hidden", author: { login: "bot" }, body: "coverage", isMinimized: true },
    ];
    said({ pr: JSON.stringify({ ...pull, reviews, comments, headRefName: "renamed" }), api: "[]" });
    const answer = await seen.see(7);
    expect(answer).toMatchObject({ branch: "renamed", head: "h", state: "open", checks: [] });
    expect(answer.comments.map(({ id, by }) => [id, by])).toEqual([
      ["r CHANGES_REQUESTED", "bob"],
      ["r COMMENTED", "bob"],
      ["shown", "somebody"],
    ]);
  });

  it("is read page by page, as older versions print it", async () => {
    const seen = gh();
    const line = (id: number) => ({ id, user: null, body: `"][" ${id}`, path: "a", line: null, original_line: 2 });
    said({ pr: JSON.stringify(pull), api: `${JSON.stringify([line(1), line(2)])}\n${JSON.stringify([line(3)])}` });
    const { comments } = await seen.see(7);
    expect(comments.map(({ id, on, text }) => [id, on, text])).toEqual([
      ["1", "a:2", '"][" 1'],
      ["2", "a:2", '"][" 2'],
      ["3", "a:2", '"][" 3'],
    ]);
  });
});

it.each([
  ["[1] [2,[3]]", [1, 2, [3]]],
  ["[][]", []],
  ['{"a":[1]}', { a: [1] }],
  ["", undefined],
  ["[1] and [2]", undefined],
  ["[1][2", undefined],
  ["<html>", undefined],
])("%j is %j", (text, expected) => {
  expect(jsonPages(text)).toEqual(expected);
});

it.each([
  ["To get started with GitHub CLI, please run: gh auth login", /gh pr view failed: To get started/],
  ["HTTP 403: API rate limit exceeded", /rate limit exceeded/],
])("says what gh says: %s", async (fails, expected) => {
  const seen = gh();
  said({ fails, pr: JSON.stringify(pull), api: "[]" });
  await expect(seen.see(7)).rejects.toThrow(expected);
});

it.each([
  ["<html>busy</html>", /the answer of gh pr view is not understood/],
  [JSON.stringify({ ...pull, state: "DRAFT" }), /the answer of gh pr view is not understood: [^]*state/],
])("does not take for an answer what is none: %s", async (pr, expected) => {
  const seen = gh();
  said({ pr, api: "[]" });
  await expect(seen.see(7)).rejects.toThrow(expected);
});
