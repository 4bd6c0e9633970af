/** A text is not wiped by accident, whichever way it is given. */
import { shardOf } from "@fleet/store/shard";
import { expect, test } from "vitest";

import { git, initialized, type World } from "./world.ts";

const FIELDS = { description: "D", design: "DE", acceptance_criteria: "AC", notes: "N" };

async function written(): Promise<World> {
  const world = await initialized();
  const given = ["-d", "D", "--design", "DE", "--acceptance", "AC", "--notes", "N"];
  await world.bd(["create", "A", "--id", "tt-a", ...given]);
  return world;
}

const stands = async (world: World): Promise<unknown> => await world.json(["show", "tt-a"]);

test.each([
  [["-d", ""]],
  [["--description", "  \n"]],
  [["--body", ""]],
  [["-d", "-"]],
  [["--stdin"]],
  [["--body-file", "-"]],
  [["--body-file", "empty.txt"]],
  [["--description-file", "empty.txt"]],
  [["--design", ""]],
  [["--design", "-"]],
  [["--design-file", "blank.txt"]],
  [["--acceptance", ""]],
  [["--acceptance", "-"]],
  [["--acceptance-criteria", " "]],
  [["--notes", ""]],
  [["--notes", "-"]],
  [["--append-notes", "-"]],
])("update %j with an empty text is refused and changes nothing", async (flags) => {
  using world = await written();
  world.file("empty.txt", "");
  world.file("blank.txt", "  \n\n");
  const { exit, stdout, stderr } = await world.bd(["update", "tt-a", "-p", "0", ...flags], { stdin: " \n" });
  expect({ exit, stdout, stderr }).toEqual({ exit: 1, stdout: "", stderr: expect.stringContaining("--allow-empty") });
  expect(await stands(world)).toMatchObject([{ ...FIELDS, priority: 2 }]);
});

test("with --allow-empty an empty text clears its field", async () => {
  using world = await written();
  const flags = ["-d", "", "--design", "", "--acceptance", "", "--notes", "-"];
  await world.json(["update", "tt-a", "--allow-empty", ...flags]);
  for (const name of Object.keys(FIELDS))
    expect(await stands(world)).not.toMatchObject([{ [name]: expect.anything() }]);
});

test("bd's own --allow-empty-description clears the description, and nothing else", async () => {
  using world = await written();
  expect(await world.bd(["update", "tt-a", "--allow-empty-description", "--notes", ""])).toMatchObject({ exit: 1 });
  await world.json(["update", "tt-a", "--allow-empty-description", "--stdin"]);
  expect(await stands(world)).toMatchObject([{ notes: "N" }]);
  expect(await stands(world)).not.toMatchObject([{ description: expect.anything() }]);
});

test.each([
  ["-d", "description"],
  ["--design", "design"],
  ["--design-file", "design"],
  ["--acceptance", "acceptance_criteria"],
  ["--notes", "notes"],
])("%s - reads standard input, in create and update", async (flag, field) => {
  using world = await written();
  await world.json(["update", "tt-a", flag, "-"], { stdin: "piped" });
  expect(await stands(world)).toMatchObject([{ [field]: "piped" }]);
  expect(await world.json(["create", "B", flag, "-"], { stdin: "piped too" })).toMatchObject({ [field]: "piped too" });
});

test("--append-notes adds what is there, from standard input too, and an empty one adds nothing", async () => {
  using world = await written();
  await world.json(["update", "tt-a", "--append-notes", "-"], { stdin: "more" });
  expect(await stands(world)).toMatchObject([{ notes: "N\nmore" }]);
  expect((await world.bd(["update", "tt-a", "--append-notes", ""])).stdout).toBe("No updates specified\n");
  await world.json(["update", "tt-a", "--append-notes", "", "-p", "1"]);
  expect(await stands(world)).toMatchObject([{ notes: "N\nmore", priority: 1 }]);
});

test.each([
  [["-d", "-", "--notes", "-"]],
  [["--stdin", "--design-file", "-"]],
  [["--acceptance", "-", "--metadata", "@-"]],
])("%j: two that want standard input at once are refused", async (flags) => {
  using world = await written();
  for (const verb of [
    ["update", "tt-a"],
    ["create", "B"],
  ])
    expect(await world.bd([...verb, ...flags], { stdin: "{}" })).toMatchObject({
      exit: 1,
      stderr: expect.stringMatching(/only one text can come from stdin, and --.* and --.* want it/),
    });
});

test.each([
  [["-d", "-"]],
  [["--stdin"]],
  [["--body-file", "empty.txt"]],
  [["--design-file", "empty.txt"]],
  [["--notes", "-"]],
])("create %j with an empty text is refused, unless --allow-empty says so", async (flags) => {
  using world = await initialized();
  world.file("empty.txt", "\n");
  expect(await world.bd(["create", "B", ...flags])).toMatchObject({ exit: 1, stdout: "" });
  expect(await world.json(["list"])).toEqual([]);
  expect(await world.bd(["create", "B", "--allow-empty", ...flags])).toMatchObject({ exit: 0 });
  expect(await world.bd(["create", "C", "-d", ""])).toMatchObject({ exit: 0 });
});

test.each([["--description"], ["--design"], ["--notes"], ["--acceptance"]])(
  "edit %s with an editor that leaves nothing changes nothing",
  async (flag) => {
    using world = await written();
    const emptied = { env: { EDITOR: "truncate -s 0" } };
    expect(await world.bd(["edit", "tt-a", flag], emptied)).toMatchObject({
      exit: 1,
      stderr: expect.stringContaining(`bd edit tt-a ${flag} --allow-empty`),
    });
    expect(await stands(world)).toMatchObject([FIELDS]);
    expect(await world.bd(["edit", "tt-a", flag, "--allow-empty"], emptied)).toMatchObject({ exit: 0 });
    expect(await stands(world)).not.toMatchObject([FIELDS]);
  },
);

test("an empty comment or note is refused, however it is given", async () => {
  using world = await written();
  world.file("empty.txt", "\n");
  for (const verb of ["comment", "note"])
    for (const text of [[""], [" "], ["--stdin"], ["--file", "empty.txt"]])
      expect(await world.bd([verb, "tt-a", ...text])).toMatchObject({ exit: 1 });
  expect(await stands(world)).toMatchObject([{ notes: "N", comment_count: 0 }]);
});

test("an invisible text is an empty one, for every verb", async () => {
  using world = await written();
  const [nothing, joiners] = ["\u200b\ufeff \u00ad", "\u2060\u3164\u2800\u{e0020}"];
  world.file("unseen.txt", joiners);
  world.file("unseen.md", `## ${joiners}\n\ntext\n`);
  for (const argv of [
    ["create", nothing],
    ["q", joiners],
    ["todo", "add", nothing],
    ["create", "B", "--body-file", "unseen.txt"],
    ["create", "B", "--deps", nothing],
    ["create", "-f", "unseen.md"],
    ["import", "unseen.md"],
    ["update", "tt-a", "--title", nothing],
    ["update", "tt-a", "-d", joiners],
    ["update", "tt-a", "--design-file", "unseen.txt"],
    ["update", "tt-a", "--acceptance", nothing],
    ["note", "tt-a", nothing],
    ["comment", "tt-a", joiners],
    ["comments", "add", "tt-a", nothing],
    ["label", "add", "tt-a", nothing],
    ["remember", nothing],
    ["human", "respond", "tt-a", "--response", joiners],
    ["close", "tt-a", "--reason-file", "unseen.txt"],
    ["edit", "tt-a", "--title"],
  ])
    expect([argv, await world.bd(argv, { env: { EDITOR: `printf '${joiners}' >` } })]).toMatchObject([
      argv,
      { exit: 1 },
    ]);
  const batch = `update tt-a title=${nothing}\n`;
  expect(await world.bd(["batch"], { stdin: batch })).toMatchObject({ exit: 1 });
  expect(await stands(world)).toMatchObject([{ ...FIELDS, title: "A", status: "open", comment_count: 0 }]);
  expect(await world.json(["list", "--all"])).toHaveLength(1);
  // Where nothing stands there is none.
  await world.bd(["update", "tt-a", "--assignee", nothing, "--add-label", `${joiners},x`]);
  await world.bd(["close", "tt-a", "--reason", nothing]);
  expect(await stands(world)).toMatchObject([{ status: "closed", close_reason: "Closed", labels: ["x"] }]);
  expect(await stands(world)).not.toMatchObject([{ assignee: expect.anything() }]);
});

test("U+0000 is kept as its picture, whichever way it comes, and never goes into git", async () => {
  using world = await written();
  const row = (id: string, title: string, text: string): string =>
    `{"id":"${id}","title":"${title}","description":"${text}","status":"open","priority":2,"issue_type":"task","created_at":"2026-01-01T00:00:00Z","updated_at":"2026-01-01T00:00:00Z","metadata":{"k\\u0000":"v\\u0000"}}\n`;
  const rows = [row("tt-n", "nul \\u0000 in it", "say \\\\u0000"), row("tt-o", "\\u0000", "no title")];
  const imported = await world.bd(["import", "-"], {
    stdin: `${rows.join("")}{"_type":"memory","key":"m","value":"a\\u0000b"}\n`,
  });
  expect(imported).toMatchObject({ exit: 1, stderr: expect.stringMatching(/line 2: .*tt-o: title is required/) });
  expect(await world.json(["show", "tt-n"])).toMatchObject([
    { title: "nul \u2400 in it", description: "say \\u0000", metadata: { "k\u2400": "v\u2400" } },
  ]);
  expect(await world.json(["recall", "m"])).toMatchObject({ value: "a\u2400b" });
  // What is left of a row whose fields say nothing.
  const unseen = `{"id":"tt-u","title":"U","description":"\u200b","labels":["\u200b","x",""],"assignee":"\u2060"}\n`;
  await world.bd(["import", "-"], { stdin: unseen });
  expect(await world.json(["show", "tt-u"])).toMatchObject([{ labels: ["x"] }]);
  expect(await world.json(["show", "tt-u"])).not.toMatchObject([{ assignee: expect.anything() }]);
  const piped = await world.bd(["update", "tt-a", "--notes", "-"], { stdin: "one\0two" });
  expect(piped.stderr).toMatch(/^Note: standard input holds NUL bytes/);
  // A client of the MCP server can say it as no shell can.
  await world.bd(["comment", "tt-a", "three\0four"]);
  expect(await stands(world)).toMatchObject([{ notes: "one\u2400two", comments: [{ text: "three\u2400four" }] }]);
  expect(git(world, ["grep", "-cF", "\\u0000", "main"])).toBe(`main:issues/${shardOf("tt-n")}.jsonl:1`);
});
