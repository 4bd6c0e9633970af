/** Lists and counts that take in closed issues: what is answered without reading them is what they say themselves. */
import { beforeAll, describe, expect, test } from "vitest";

import { initialized, type World } from "./world.ts";

interface Row {
  readonly id: string;
  readonly status: string;
  readonly priority: number;
  readonly issue_type: string;
  readonly assignee?: string;
  readonly labels?: readonly string[];
}

const rows = (value: unknown): Row[] => {
  if (!Array.isArray(value)) throw new Error(`not an array: ${JSON.stringify(value)}`);
  return value;
};

/** 240 issues of all kinds, two thirds of them closed, each tenth in need of the one before it. */
function lines(idOf: (n: number) => string): string {
  const pick = <T>(n: number, ...of: readonly T[]): T | undefined => of[n % of.length];
  const issues = Array.from({ length: 240 }, (_, n) => {
    const id = idOf(n);
    const created_at = new Date(Date.UTC(2026, 0, 1) + (n % 17) * 3_600_000).toISOString();
    const edge = { issue_id: id, depends_on_id: idOf(n - 1), type: "blocks", created_at };
    return {
      id,
      title: `number ${n}`,
      status: pick(n, "closed", "open", "closed", "in_progress", "closed", "closed"),
      priority: n % 5,
      issue_type: pick(n, "task", "bug", "epic", "message", "task", "feature", "gate"),
      created_at,
      updated_at: created_at,
      assignee: pick(n, undefined, "ann", "bob", undefined),
      labels: pick<string[] | undefined>(n, undefined, ["ui"], ["ui", "api"], undefined, ["docs"]),
      is_template: n % 23 === 0 ? true : undefined,
      closed_at: pick(n, created_at, undefined, created_at, undefined, created_at, created_at),
      dependencies: n % 10 === 9 ? [edge] : undefined,
    };
  });
  return issues.map((issue) => JSON.stringify(issue)).join("\n");
}

describe.each([
  ["at hand", (n: number) => `tt-c${n.toString(36)}`],
  // Children are in the shard of the one at the top.
  ["to be read", (n: number) => (n < 12 ? `tt-c${n}` : `tt-c${n % 12}.${n}`)],
])("with closed issues that are %s", (_where, idOf) => {
  let world: World;
  beforeAll(async () => {
    world = await initialized();
    world.file("in.jsonl", lines(idOf));
    expect(await world.bd(["import", "in.jsonl"])).toMatchObject({ exit: 0 });
    return () => world[Symbol.dispose]();
  });

  test.each([
    ["--status", "closed"],
    ["--status", "all"],
    ["--all"],
    ["--status", "open,closed"],
    ["--state", "closed,in_progress"],
  ])("list %s %s: the first so many are the first of all", async (...which) => {
    const all = rows(await world.json(["list", ...which, "--limit", "0"]));
    expect(all.length).toBeGreaterThan(60);
    for (const limit of [1, 7, 50, 51, 60, 1_000]) {
      const { stdout, stderr } = await world.bd(["list", ...which, "--limit", String(limit), "--json"]);
      expect(JSON.parse(stdout)).toEqual(all.slice(0, limit));
      expect(stderr.includes("more results matched")).toBe(limit < all.length);
    }
    const text = async (limit: number): Promise<string[]> =>
      (await world.bd(["list", ...which, "--flat", "--limit", String(limit)])).stdout.trimEnd().split("\n");
    expect(await text(9)).toEqual((await text(0)).slice(0, 9));
  });

  test("shows what list hides by default when asked for it", async () => {
    const all = rows(await world.json(["list", "--all", "--include-infra", "--include-gates", "--include-templates"]));
    expect(all).toHaveLength(240);
    const some = ["list", "--all", "--include-templates", "--limit", "20"];
    const listed = all.filter(({ issue_type }) => issue_type !== "message" && issue_type !== "gate");
    expect(rows(await world.json(some)).map(({ id }) => id)).toEqual(listed.slice(0, 20).map(({ id }) => id));
  });

  const groups: Readonly<Record<string, (row: Row) => readonly string[]>> = {
    status: ({ status }) => [status],
    priority: ({ priority }) => [`P${priority}`],
    type: ({ issue_type }) => [issue_type],
    assignee: ({ assignee }) => [assignee ?? "(unassigned)"],
    label: ({ labels = [] }) => (labels.length === 0 ? ["(no labels)"] : labels),
  };
  const filters: readonly [readonly string[], (row: Row) => boolean][] = [
    [[], () => true],
    [["--status", "closed"], ({ status }) => status === "closed"],
    [["--status", "open"], ({ status }) => status === "open"],
    [["--status", "closed,in_progress"], ({ status }) => status !== "open"],
    [["--priority", "P1"], ({ priority }) => priority === 1],
    [["--type", "bug"], ({ issue_type }) => issue_type === "bug"],
    [["--type", "feat"], ({ issue_type }) => issue_type === "feature"],
    [["--assignee", "ann"], ({ assignee }) => assignee === "ann"],
    [["--assignee", "nobody"], () => false],
    [["--no-assignee"], ({ assignee }) => assignee === undefined],
    [["--label", "ui"], ({ labels }) => labels?.includes("ui") === true],
    [["--type", "bug", "--status", "closed"], ({ issue_type, status }) => issue_type === "bug" && status === "closed"],
    [["--type", "bug", "--assignee", "ann"], ({ issue_type, assignee }) => issue_type === "bug" && assignee === "ann"],
  ];
  test.each(filters)("count %j, of all and by each group", async (args, isCounted) => {
    const every = ["list", "--all", "--limit", "0", "--include-infra", "--include-gates", "--include-templates"];
    const found = rows(await world.json(every)).filter(isCounted);
    expect(await world.json(["count", ...args])).toMatchObject({ count: found.length });
    for (const [name, groupsOf] of Object.entries(groups)) {
      const counts = new Map<string, number>();
      for (const row of found) for (const group of groupsOf(row)) counts.set(group, (counts.get(group) ?? 0) + 1);
      const expected = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([group, count]) => ({ group, count }));
      expect(await world.json(["count", `--by-${name}`, ...args])).toMatchObject({
        total: found.length,
        groups: expected,
      });
    }
  });

  test("label list-all counts the labels of closed issues too", async () => {
    const every = ["list", "--all", "--limit", "0", "--include-infra", "--include-gates", "--include-templates"];
    const labels = rows(await world.json(every)).flatMap(({ labels = [] }) => labels);
    const expected = ["api", "docs", "ui"].map((label) => ({
      label,
      count: labels.filter((one) => one === label).length,
    }));
    expect(await world.json(["label", "list-all"])).toEqual(expected);
  });
});
