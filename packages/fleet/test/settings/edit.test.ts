/** One setting changed in the file that a person wrote: everything else stays as it is. */
import { load } from "js-yaml";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";

import { edited } from "../../src/settings/edit/edit.ts";
import { pathOf, withValue } from "../../src/settings/edit/key.ts";
import { withSetting } from "../../src/app/settings/set.ts";

const FILE = `# Settings of mine.

max_concurrent: 3  # few
max_per_coder:     # by name
  # the dear one
  claude: 2        # for now
  codex: 4

checks:
  # fast ones first
  - npm run lint   # seconds
  - npm test
accounts: { work: { coder: claude, max: 2 } }  # one line
'default_coder': "claude" # a # in a remark
# the end
`;

const lines = (text: string): string[] => text.split("\n");

describe("a setting is changed in its own lines alone", () => {
  it.each<[what: string, key: string, value: string, gone: string[], come: string[]]>([
    ["a plain one", "max_concurrent", "10", ["max_concurrent: 3  # few"], ["max_concurrent: 10 # few"]],
    ["a nested one", "max_per_coder.claude", "5", ["  claude: 2        # for now"], ["  claude: 5 # for now"]],
    ["a new nested one", "max_per_coder.agy", "1", [], ["  agy: 1"]],
    ["a new one in a new map", "limits.claude.usd", "5", [], ["limits:", "  claude:", "    usd: 5"]],
    [
      "one inside braces",
      "accounts.work.max",
      "3",
      ["accounts: { work: { coder: claude, max: 2 } }  # one line"],
      ["accounts: {work: {coder: claude, max: 3}} # one line"],
    ],
    [
      "a key in quotes",
      "default_coder",
      "codex",
      [`'default_coder': "claude" # a # in a remark`],
      ["'default_coder': codex # a # in a remark"],
    ],
    [
      "a list of several lines",
      "checks",
      "[make]",
      ["checks:", "  # fast ones first", "  - npm run lint   # seconds", "  - npm test"],
      ["# fast ones first", "# seconds", "checks: [make]"],
    ],
    ["a nested one taken out", "max_per_coder.codex", "", ["  codex: 4"], []],
    [
      "a whole map taken out",
      "max_per_coder",
      "",
      ["max_per_coder:     # by name", "  # the dear one", "  claude: 2        # for now", "  codex: 4"],
      ["# the dear one", "# for now"],
    ],
    ["one that is not there taken out", "keep_for", "", [], []],
  ])("%s", (_what, key, value, gone, come) => {
    const after = withSetting(FILE, key, value);
    const [was, is] = [lines(FILE), lines(after)];
    expect(was.filter((line) => !is.includes(line))).toEqual(gone);
    expect(is.filter((line) => !was.includes(line))).toEqual(come);
  });

  it("the last setting of a map takes the map with it", () => {
    expect(withSetting("max_per_coder:\n  claude: 2\nmcp: false\n", "max_per_coder.claude", "")).toBe("mcp: false\n");
    expect(withSetting("max_per_coder: { claude: 2 }\n", "max_per_coder.claude", "")).toBe("");
  });

  it("a file with the line ends of Windows keeps them", () => {
    expect(withSetting("mcp: true\r\n# mine\r\n", "mcp", "false")).toBe("mcp: false\r\n# mine\r\n");
  });

  it("a file that is written in another way is left as it is, unless it holds no comments", () => {
    const strange = "? mcp\n: true # why\n";
    expect(() => withSetting(strange, "mcp", "false")).toThrow(
      /can't be changed without losing its comments; nothing was set/,
    );
    expect(withSetting("? mcp\n: true\n", "mcp", "false")).toBe("mcp: false\n");
    expect(() => withSetting("{ mcp: true } # all\n", "mcp", "false")).toThrow(/nothing was set/);
  });

  it("a text that looks like a comment or a key is none", () => {
    const text = `checks:\n  - "echo '# no remark'"\n  - |\n    a: b\n    # in a script\ndefault_model: 'x # y'\n`;
    const after = withSetting(text, "max_attempts", "2");
    expect(after).toBe(`${text}max_attempts: 2\n`);
    expect(withSetting(text, "default_model", "z")).toBe(text.replace("'x # y'", "z"));
  });
});

it.each([
  ["max_concurrent", ["max_concurrent"]],
  ["liveness.coders.codex.hung_after", ["liveness", "coders", "codex", "hung_after"]],
  ["projects.~/src/my.app.max", ["projects", "~/src/my.app", "max"]],
  ["projects./w.limits.timeout", ["projects", "/w", "limits", "timeout"]],
  ['projects."/w.env".env.max', ["projects", "/w.env", "env", "max"]],
  ['accounts."work.1".max', ["accounts", "work.1", "max"]],
])("%s names the places %j", (key, path) => expect(pathOf(key)).toEqual(path));

const name = fc.constantFrom("a", "b", "c d", "e.f", "~/g", "h:i");
const leaf = fc.oneof(
  fc.integer(),
  fc.boolean(),
  fc.constantFrom("x", "# x", "y: z", "", "'", '"'),
  fc.array(fc.constantFrom("p", "q # r")),
);
const tree = fc.dictionary(name, fc.oneof(leaf, fc.dictionary(name, leaf)));

it("setting and unsetting anything, in any file, gives what it should, and loses no comment", () =>
  fc.assert(
    fc.property(
      tree,
      fc.array(name, { minLength: 1, maxLength: 2 }),
      fc.option(leaf, { nil: undefined }),
      (before, path, value) => {
        const text = Object.entries(before)
          .map(([key, one], n) => `# remark ${n}\n${JSON.stringify(key)}: ${JSON.stringify(one)} # behind ${n}\n`)
          .join("");
        const after = edited(text, { path, value, written: "" });
        expect(after).toBeDefined();
        expect(load(after ?? "") ?? {}).toEqual(withValue(before, path, value));
        for (const n of Object.keys(before).keys()) expect(after).toContain(`# remark ${n}`);
      },
    ),
    { numRuns: 200 },
  ));
