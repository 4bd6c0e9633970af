/** Plans: CommonMark says what is a task; what is not understood is said with its line and makes nothing; both ways in alike. */
import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { isObject } from "@fleet/kit/is-object";

import { readPlan } from "../../src/bd/plan.ts";
import { parsePlan } from "../../src/bd/plan-sections.ts";
import { initialized, type World } from "./world.ts";

const titles = (text: string): string[] => parsePlan(text).map(({ title }) => title);
const described = (text: string): string | undefined => parsePlan(text)[0]?.description;

describe("what is a task", () => {
  test.each([
    ["a longer fence around a shorter one", "## A\n````md\n```\n## no\n```\n````\n## B", ["A", "B"]],
    ["a fence of tildes around backticks", "## A\n~~~\n```\n## no\n~~~\n## B", ["A", "B"]],
    ["code in backticks on one line", "## A\nRun\n```make test``` and see\n## B", ["A", "B"]],
    ["an indented line of backticks", "## A\n\n    ```\n\n## B", ["A", "B"]],
    ["a fence without an end", "## A\n```sh\n## no\n", ["A"]],
    ["indented code", "## A\n\n    ## no\n\n## B", ["A", "B"]],
    ["an HTML block", "## A\n<div>\n## no\n</div>\n\n<!--\n## no\n-->\n## B", ["A", "B"]],
    ["a heading in a list or a quote", "## A\n- ## no\n> ## no\n\n## B", ["A", "B"]],
    ["setext headings, over lines", "First\n-----\ntext\n\nSecond\nof two\n---\n", ["First", "Second of two"]],
    ["closing marks, indents and blanks", "  ##   A   ##  \n##\tB\n##no\n#### no\n", ["A", "B"]],
    ["line ends of other systems", "## A\r\ntext\r\n## B\r\n", ["A", "B"]],
    ["front matter of other tools", "---\ntitle: no\n---\n## A\n", ["A"]],
  ])("%s", (_what, text, expected) => {
    expect(titles(text)).toEqual(expected);
  });

  test("a title is kept as it was written, marks and all", () => {
    expect(titles("## Fix `a_b` *now* & <then> \\# &amp;")).toEqual(["Fix `a_b` *now* & <then> \\# &amp;"]);
  });
});

describe("what is its text", () => {
  test("sections that are not known stay in the description as they were written, in their order", () => {
    const text =
      "## A\nfirst\n\n### Steps\n1. one\n\n### Priority\n1\n\n### Context ###\n\n    code\n\n### Description\nmore\n";
    expect(described(text)).toBe("first\n\n### Steps\n1. one\n\n### Context ###\n\n    code\n\nmore");
  });

  test("headings in code belong to the text, and so do deeper and higher ones", () => {
    const text = "## A\n```\n### Priority\n0\n```\n#### deep\n# high\n## B\n";
    const [first, second] = parsePlan(text);
    expect(first?.description).toBe("```\n### Priority\n0\n```\n#### deep\n# high");
    expect([...(first?.sections ?? [])]).toEqual([]);
    expect(second?.line).toBe(8);
  });
});

interface Row {
  readonly title: string;
  readonly waits: readonly string[];
  readonly description: unknown;
}

/** Every open issue: its title and the titles of what it depends on. */
async function rows(world: World): Promise<Row[]> {
  const list = await world.json(["list", "--limit", "0"]);
  const issues = Array.isArray(list) ? list.filter(isObject) : [];
  const titleOf = new Map(issues.map((issue) => [issue["id"], String(issue["title"])]));
  return issues
    .map((issue) => {
      const edges = Array.isArray(issue["dependencies"]) ? issue["dependencies"].filter(isObject) : [];
      const waits = edges.map((edge) => titleOf.get(edge["depends_on_id"]) ?? "?").sort();
      return { title: String(issue["title"]), waits, description: issue["description"] };
    })
    .sort((a, b) => (a.title < b.title ? -1 : 1));
}

/** The two ways in; what they make must be the same. */
const WAYS = [
  ["create -f", ["create", "-f"]],
  ["import", ["import"]],
] as const;

describe.each(WAYS)("%s", (_way, command) => {
  test("dependencies by title, before and behind, in lists and with types, and by ids of the home", async () => {
    using world = await initialized();
    await world.bd(["create", "Old", "--id", "tt-old"]);
    await world.bd(["create", "Late", "--id", "tt-late"]);
    world.file(
      "plan.md",
      "## One, with a comma\n## Two\n### Dependencies\n- One, with a comma\n- `Three`\n- tt-old\n" +
        "## Three\n### Deps\none, with  a comma\n## Four\n### Dependencies\ndepends-on: Two, old\nblocks:tt-late\n",
    );
    expect(await world.bd([...command, "plan.md"])).toMatchObject({ exit: 0 });
    expect(await rows(world)).toMatchObject([
      { title: "Four", waits: ["Old", "Two"] },
      { title: "Late", waits: ["Four"] },
      { title: "Old", waits: [] },
      { title: "One, with a comma", waits: [] },
      { title: "Three", waits: ["One, with a comma"] },
      { title: "Two", waits: ["Old", "One, with a comma", "Three"] },
    ]);
  });

  test.each([
    ["a priority word", "## A\n### Priority\nurgent\n", 'plan.md:3: the priority "urgent" is not understood'],
    ["a priority that is no priority", "## A\n### Priority\n\n7\n", 'plan.md:4: the priority "7" is not understood'],
    ["a type", "## A\n### Type\nwish\n", 'plan.md:3: there is no type "wish"'],
    ["a dependency on nothing", "## A\n### Deps\ntt-nope\n", 'plan.md:3: the dependency "tt-nope" names no task'],
    ["a part of an id", "## A\n### Deps\ntt-ol\n", 'plan.md:3: the dependency "tt-ol" names no task'],
    ["a type of dependency", "## A\n## B\n### Deps\nwants:A\n", 'plan.md:4: the dependency "wants:A" names no task'],
    [
      "a title that two tasks have",
      "## A\n## A\n## B\n### Deps\nA\n",
      'plan.md:5: the dependency "A" is ambiguous: the tasks on lines 1, 2',
    ],
    ["a task that waits for itself", "## A\n### Deps\nA\n", 'plan.md:3: the dependency "A" is the task itself'],
    [
      "tasks that wait for each other",
      "## A\n### Deps\nB\n## B\n### Deps\nA\n",
      'plan.md:1: tasks wait for each other: "A" → "B" → "A"',
    ],
    ["a heading without a title", "## A\n##\n", "plan.md:2: a task without a title"],
  ])("%s is reported with its line, and nothing is created", async (_what, text, said) => {
    using world = await initialized();
    await world.bd(["create", "Old", "--id", "tt-old"]);
    world.file("plan.md", text);
    const { exit, stderr } = await world.bd([...command, "plan.md"]);
    expect(exit).toBe(1);
    expect(stderr).toContain(said);
    expect(await rows(world)).toHaveLength(1);
  });

  test("every fault is reported at once", async () => {
    using world = await initialized();
    world.file("plan.md", "## A\n### Priority\nhigh\n### Type\nwish\n### Deps\nB, C\n");
    const { stderr } = await world.bd([...command, "plan.md"]);
    for (const said of [":3: ", ":5: ", ':7: the dependency "B"', ':7: the dependency "C"'])
      expect(stderr).toContain(said);
  });

  test("UTF-16 and marks are read; what is not text is named as what it is", async () => {
    using world = await initialized();
    const file = join(world.dir, "plan.md");
    writeFileSync(file, Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from("## Übung\n\ntext\n## Zwei\n", "utf16le")]));
    expect(await world.bd([...command, "plan.md"])).toMatchObject({ exit: 0 });
    expect((await rows(world)).map(({ title }) => title)).toEqual(["Zwei", "Übung"]);
    writeFileSync(file, Buffer.from("\ufeff## First\n\n## Second\n"));
    expect(await world.bd([...command, "plan.md"])).toMatchObject({ exit: 0 });
    expect(await rows(world)).toHaveLength(4);
    writeFileSync(file, Buffer.from("## Caf\u00e9\n", "latin1"));
    const { exit, stderr } = await world.bd([...command, "plan.md"]);
    expect({ exit, stderr }).toMatchObject({ exit: 1, stderr: expect.stringContaining("line 1 is not UTF-8") });
  });
});

test("both ways make the same tasks of one plan, and a second import changes nothing", async () => {
  using created = await initialized();
  using imported = await initialized();
  const text =
    "# P\n\n## A\ntext\n\n### Steps\n- one\n\n### Labels\n- x\n- y\n\n## B\n### Type\nbug\n### Priority\nP0\n### Deps\nA\n";
  for (const world of [created, imported]) world.file("plan.md", text);
  await created.bd(["create", "-f", "plan.md"]);
  expect(await imported.json(["import", "plan.md"])).toMatchObject({ created: 2 });
  expect(await rows(imported)).toEqual(await rows(created));
  expect((await rows(imported))[0]?.description).toBe("text\n\n### Steps\n- one");
  expect(await imported.json(["import", "plan.md"])).toMatchObject({ created: 0, skipped: 2 });
});

test("an issue of the home that waits for a task of a plan waits once, and no more when the edge was taken out", async () => {
  using world = await initialized();
  await world.bd(["create", "Late", "--id", "tt-late"]);
  world.file("plan.md", "## A\n### Deps\nblocks:tt-late\n");
  await world.bd(["import", "plan.md"]);
  expect((await rows(world)).find(({ title }) => title === "Late")?.waits).toEqual(["A"]);
  expect(await world.json(["import", "plan.md"])).toMatchObject({ created: 0 });
  const shown = await world.json(["show", "tt-late"]);
  const [late] = Array.isArray(shown) ? shown.filter(isObject) : [];
  const [edge] = Array.isArray(late?.["dependencies"]) ? late["dependencies"].filter(isObject) : [];
  await world.bd(["dep", "remove", "tt-late", String(edge?.["id"] ?? edge?.["depends_on_id"])], {
    now: Date.now() + 5_000,
  });
  await world.bd(["import", "plan.md"]);
  expect((await rows(world)).find(({ title }) => title === "Late")?.waits).toEqual([]);
});

test("a section that was to say when or how a task starts, in other words or on one line, is a fault; a colon is none", async () => {
  using world = await initialized();
  const wrong = [
    ["### Depends on\n- B", "Dependencies"],
    ["### Blocked by\n- B", "Dependencies"],
    ["### dependency:\nB", "Dependencies"],
    ["### Dependencies: B", "Dependencies"],
    ["### Priority: 0", "Priority"],
    ["### Labels: a, b", "Labels"],
  ];
  for (const [section, meant] of wrong) {
    world.file("p.md", `## A\n\n${section}\n\n## B\n`);
    for (const verb of [["create", "-f"], ["import"]]) {
      const { exit, stderr } = await world.bd([...verb, "p.md"]);
      expect([section, exit, stderr]).toEqual([section, 1, expect.stringContaining(`write "### ${meant}"`)]);
    }
  }
  expect(await world.json(["list", "--all"])).toEqual([]);
  world.file("p.md", "## A\n\n### Dependencies:\n- B\n\n### Design: the parts\n\nx\n\n### Steps\n\n1. y\n\n## B\n");
  await world.json(["create", "-f", "p.md"]);
  expect(await world.json(["blocked"])).toMatchObject([
    { title: "A", description: expect.stringContaining("### Design: the parts") },
  ]);
});

test("a plan that closes a loop through issues of the home makes nothing of what closes it", async () => {
  using world = await initialized();
  world.file("p.md", "## A\n");
  await world.json(["import", "p.md", "--trust"]);
  const list = await world.json(["list"]);
  const a = Array.isArray(list) && isObject(list[0]) ? String(list[0]["id"]) : "";
  await world.bd(["create", "H", "--id", "tt-h", "--deps", a]);
  await world.bd(["create", "part", "--id", "tt-k", "--deps", "parent-child:tt-h"]);
  // Through another issue, and through the part of one.
  for (const to of ["tt-h", "tt-k"]) {
    world.file("p.md", `## A\n\n### Dependencies\n\n- ${to}\n\n## C\n`);
    utimesSync(join(world.dir, "p.md"), 2e9, 2e9);
    const { exit, stderr } = await world.bd(["import", "p.md", "--trust"]);
    expect([to, exit, stderr]).toEqual([to, 1, expect.stringContaining("its dependencies would close a cycle")]);
  }
  expect(await world.bd(["dep", "cycles"])).toMatchObject({
    stdout: expect.stringContaining("No dependency cycles"),
  });
});

describe("a line of the text that says what a task waits for", () => {
  const KNOWN = { type: () => "task" as const, issue: (name: string) => (name === "tt-x" ? name : undefined) };
  /** What waits for what, by titles and ids. */
  function waits(text: string): string[] {
    const plan = readPlan(text, "p.md", KNOWN);
    return plan.flatMap(({ title, links }) =>
      links.map(({ to, reversed }) => {
        const other = to.kind === "issue" ? to.id : (plan[to.at]?.title ?? "?");
        return reversed ? `${other} after ${title}` : `${title} after ${other}`;
      }),
    );
  }
  const others = "\n\n## B\n## Cut, and dry\n";

  test.each([
    ["Depends on: B", ["A after B"]],
    ["depends on:B", ["A after B"]],
    ["**Depends on:** B", ["A after B"]],
    ["text before\n**Depends on**: **B**.\ntext behind", ["A after B"]],
    ["- [ ] _Blocked by:_ `B`, tt-x", ["A after B", "A after tt-x"]],
    ["Waits for: Cut, and dry", ["A after Cut, and dry"]],
    ["> Dependencies: B and tt-x", ["A after B", "A after tt-x"]],
    ["Depends on:\n\n- B\n- [tt-x](#x)\n\nmore", ["A after B", "A after tt-x"]],
    ["- Depends on:\n  - B\n- Estimate: 3d", ["A after B"]],
    ["### Description\n\nDeps: tt-x", ["A after tt-x"]],
    ["### Steps\n\n1. one\n\nDepends on: tt-x", ["A after tt-x"]],
    ["Blocks: B", ["B after A"]],
    ["| Depends on | B, tt-x |\n|---|---|", ["A after B", "A after tt-x"]],
    ["Depends on B.", ["A after B"]],
    ["Requires: B", ["A after B"]],
    ["Depends on: none", []],
    ["### Dependencies\n\nNone.", []],
    // Sentences of no plan, and code.
    ["Depends on the weather.\n\nRequires: Node 20\n\nNeeds: review", []],
    ["```yaml\nDepends on: B\n```\n\n    Blocked by: B\n\n<!--\nDepends on: B\n-->\n\n`Depends on: B`", []],
    ["### Design\n\nDepends on: the parser", []],
  ])("%j", (text, expected) => {
    expect(waits(`## A\n\n${text}${others}`)).toEqual(expected);
  });

  test("a priority that is marked as a field is one", () => {
    const plan = readPlan("## A\n**Priority:** P1\n## B\n- **priority**: 0\n## C\nPriority: high.\n", "p.md", KNOWN);
    expect(plan.map(({ priority }) => priority)).toEqual([1, 0, undefined]);
  });

  test.each([
    ["**Depends on:** D", 'p.md:3: the dependency "D" names no task'],
    ["Blocked by: B, D", 'p.md:3: the dependency "D" names no task'],
    ["Depends on:\n\n- B\n- D", 'p.md:6: the dependency "D" names no task'],
    ["Blocks: D", 'p.md:3: the dependency "D" names no task'],
    ["Depends on: A", 'p.md:3: the dependency "A" is the task itself'],
    ["| **Blocked by** | D |\n|---|---|", 'p.md:3: the dependency "D" names no task'],
    ["**Priority:** urgent", 'p.md:3: the priority "urgent" is not understood'],
    ["- __Priority__: P1\n\n### Priority\n\n2", 'p.md:3: a second priority: "P1"'],
    ["#### Depends on\n\n- B", 'p.md:3: the section "Depends on" is not known; write "### Dependencies"'],
    ["# Dependencies\n\n- B", 'p.md:3: the section "Dependencies" is not known'],
    // A heading by the line below it.
    ["Depends on: B\n---", 'p.md:3: the section "Depends on: B" is not known'],
  ])("%j is not understood, and reported", (text, said) => {
    expect(() => waits(`## A\n\n${text}${others}`)).toThrow(said);
  });
});
