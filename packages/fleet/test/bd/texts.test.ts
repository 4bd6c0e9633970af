/** A text is not wiped by accident, whichever way it is given. */
import { expect, test } from "vitest";

import { initialized, type World } from "./world.ts";

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
