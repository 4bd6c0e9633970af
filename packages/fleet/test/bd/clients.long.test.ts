/**
 * Programs made for beads, that know nothing of fleet: the commands they run, run as a script runs them, and what they
 * read of each answer (as beads 1.0.5). Those that can be installed here are run themselves; the others' tests skip.
 */
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

import { describe, expect, test } from "vitest";

import { refreshRendering } from "@fleet/store/rendering";
import { Store } from "@fleet/store/store";

import { realBd } from "../../src/app/real-bd.ts";
import { initialized, makeWorld, type Options, type World } from "./world.ts";

type Row = Record<string, unknown>;
const isRow = (value: unknown): value is Row => typeof value === "object" && value !== null && !Array.isArray(value);
const rows = (value: unknown): Row[] => (Array.isArray(value) ? value.filter(isRow) : []);
function textOf(row: Row | undefined, name: string): string {
  const value = row?.[name];
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
}
const found = (command: string): boolean => spawnSync("sh", ["-c", `command -v ${command}`]).status === 0;

async function busy(): Promise<World> {
  const world = await initialized();
  for (const argv of [
    ["create", "Epic", "--id", "tt-ep", "-t", "epic"],
    ["create", "kid", "--parent", "tt-ep", "--due", "2030-01-01"],
    ["create", "A <b> & ünï 🎉", "--id", "tt-a", "-d", "two\nlines", "-l", "x,y", "--metadata", '{"k":"v"}'],
    ["create", "B", "--id", "tt-b", "--deps", "tt-a", "--defer", "2030-01-01"],
    ["create", "C", "--id", "tt-c", "--deps", "discovered-from:tt-a"],
    ["create", "gone", "--id", "tt-gone"],
    ["comment", "tt-a", "said"],
    ["close", "tt-c", "-r", "done"],
    ["update", "tt-ep.1", "--claim"],
    ["delete", "tt-gone", "--force"],
    ["remember", "a thing", "--key", "k"],
  ]) {
    const { exit, stderr } = await world.bd(argv);
    if (exit !== 0) throw new Error(`${argv.join(" ")}: ${stderr}`);
  }
  return world;
}

describe("beads_viewer's reader", () => {
  const STATUSES = new Set("open in_progress blocked deferred draft pinned hooked review closed tombstone".split(" "));

  /** Every rule for which bv would skip a line, or the whole file. */
  function troubles(text: string): string[] {
    const seen = new Set<string>();
    return text.split("\n").flatMap((raw, at) => {
      const said: string[] = [];
      const bad = (why: string): void => void said.push(`line ${at + 1}: ${why}`);
      if (raw === "") return said;
      if (Buffer.byteLength(raw) > 10 * 1024 * 1024) bad("longer than 10 MB");
      const line: unknown = JSON.parse(raw);
      if (!isRow(line)) return ["not an object"];
      const type = line["_type"];
      if (type !== undefined && type !== "issue") return said;
      const id = textOf(line, "id");
      if (id === "") bad("no id");
      if (seen.has(id)) bad(`a second ${id}`);
      seen.add(id);
      if (textOf(line, "title") === "") bad("no title");
      if (!STATUSES.has(textOf(line, "status"))) bad(`status ${textOf(line, "status")}`);
      if (textOf(line, "issue_type") === "") bad("no issue_type");
      const [created, updated] = [Date.parse(textOf(line, "created_at")), Date.parse(textOf(line, "updated_at"))];
      if (!(updated >= created)) bad("updated_at before created_at");
      for (const edge of rows(line["dependencies"])) {
        if (typeof edge["depends_on_id"] !== "string" || edge["depends_on_id"] === "") bad("an edge to nothing");
        if (typeof edge["type"] !== "string") bad("an edge without a type");
      }
      for (const { id: comment } of rows(line["comments"]))
        if (typeof comment !== "string" && typeof comment !== "number") bad("a comment's id");
      return said;
    });
  }

  test("takes the export and the rendering without a warning", async () => {
    using world = await busy();
    const { stdout } = await world.bd(["export", "--all"]);
    expect(troubles(stdout)).toEqual([]);
    expect(stdout.split("\n").filter((line) => line.includes('"_type":"issue"'))).toHaveLength(5);
    refreshRendering(new Store(world.fleetHome));
    const beads = join(world.fleetHome, ".beads");
    const rendered = readFileSync(join(beads, "issues.jsonl"), "utf8");
    expect(troubles(rendered)).toEqual([]);
    expect(rendered).toBe((await world.bd(["export"])).stdout);
    // It must not be told of a database: it would run bd, or read that.
    expect(JSON.parse(readFileSync(join(beads, "metadata.json"), "utf8"))).not.toMatchObject({ backend: "dolt" });
    for (const name of ["dolt", "embeddeddolt", "beads.db"]) expect(existsSync(join(beads, name))).toBe(false);
  });

  test("br's form holds too, tombstones among it", async () => {
    using world = await busy();
    const { stdout } = await world.bd(["export", "--format", "br"]);
    expect(troubles(stdout)).toEqual([]);
    expect(stdout).toContain('"status":"tombstone"');
    const ids = stdout.split("\n").flatMap((line) => /"id":"([^"]+)"/.exec(line)?.[1] ?? []);
    expect(ids).toEqual([...ids].sort());
  });

  test("the rules find what is wrong", () => {
    expect(
      troubles(
        '{"id":"a","title":"","status":"x","issue_type":"","created_at":"2026-01-02T00:00:00Z","updated_at":"2026-01-01T00:00:00Z"}',
      ),
    ).toHaveLength(4);
  });

  test.skipIf(!found("bv"))("bv itself (skipped where it is not installed)", async () => {
    using world = await busy();
    refreshRendering(new Store(world.fleetHome));
    const { status, stderr } = spawnSync("bv", ["--robot-insights"], { cwd: world.fleetHome, encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });
});

describe("real bd and br take the export (skipped where they are not installed)", () => {
  const bd = realBd(process.env, "/nowhere");
  test.skipIf(bd === undefined)("bd import", async () => {
    using world = await busy();
    const file = world.file("out.jsonl", (await world.bd(["export"])).stdout);
    const run = (...args: string[]): ReturnType<typeof spawnSync> =>
      spawnSync(bd ?? "", args, { cwd: world.dir, encoding: "utf8" });
    run("init", "--prefix", "tt", "--skip-agents", "--skip-hooks", "--quiet");
    expect(run("import", file)).toMatchObject({ status: 0 });
  });
  test.skipIf(!found("br"))("br sync --import-only", async () => {
    using world = await busy();
    world.file("b/.beads/issues.jsonl", (await world.bd(["export", "--format", "br"])).stdout);
    expect(spawnSync("br", ["sync", "--import-only"], { cwd: join(world.dir, "b") })).toMatchObject({ status: 0 });
  });
});

describe("beads-ui's commands", () => {
  test("each, as it runs them", async () => {
    using world = await busy();
    const list = async (...argv: string[]): Promise<Row[]> => rows(await world.json(argv));
    for (const argv of [
      ["list"],
      ["list", "--status", "in_progress"],
      ["list", "--status", "closed", "--limit", "1000"],
      ["blocked"],
      ["ready", "--limit", "1000"],
    ]) {
      const issues = await list(...argv);
      expect(issues.length).toBeGreaterThan(0);
      for (const issue of issues) {
        expect(textOf(issue, "id")).not.toBe("");
        for (const name of ["created_at", "updated_at"]) expect(Date.parse(textOf(issue, name))).not.toBeNaN();
        if (issue["status"] === "closed") expect(Date.parse(textOf(issue, "closed_at"))).not.toBeNaN();
      }
    }
    expect(await world.json(["epic", "status"])).toMatchObject([
      { epic: { id: "tt-ep" }, total_children: 1, closed_children: 0, eligible_for_close: false },
    ]);
    for (const [flag, field, value] of [
      ["--assignee", "assignee", "ann"],
      ["--status", "status", "blocked"],
      ["--priority", "priority", "0"],
      ["--title", "title", "New"],
      ["--description", "description", "d"],
      ["--acceptance-criteria", "acceptance_criteria", "ac"],
      ["--notes", "notes", "n"],
      ["--design", "design", "ds"],
    ] as const) {
      expect(await world.bd(["update", "tt-a", flag, value])).toMatchObject({ exit: 0 });
      expect(textOf((await list("show", "tt-a"))[0], field)).toBe(value);
    }
    expect(await world.bd(["create", "T", "-t", "bug", "-p", "1", "-d", "text"])).toMatchObject({ exit: 0 });
    for (const argv of [
      ["dep", "add", "tt-a", "tt-ep.1"],
      ["dep", "remove", "tt-a", "tt-ep.1"],
      ["label", "add", "tt-a", "z"],
      ["label", "remove", "tt-a", "z"],
      ["comment", "tt-a", "by ui", "--author", "Ann"],
    ])
      expect(await world.bd(argv)).toMatchObject({ exit: 0 });
    expect(await world.json(["comments", "tt-a"])).toMatchObject([{ text: "said" }, { text: "by ui", author: "Ann" }]);
    expect(await world.bd(["delete", "tt-a", "--force"])).toMatchObject({ exit: 0 });
    // Its id may be the beginning of another's, so `show` is no proof.
    expect((await list("list", "--all", "--limit", "0")).map((row) => row["id"])).not.toContain("tt-a");
  });
});

describe("Python Fleet's commands", () => {
  const env = { BD_JSON_ENVELOPE: "1", BEADS_ACTOR: "w1" };
  /** It unwraps either form. */
  async function run(world: World, argv: readonly string[], options: Options = { env }): Promise<unknown> {
    const { exit, stdout, stderr } = await world.bd([...argv, "--json"], options);
    if (exit !== 0) throw new Error(stderr.trim());
    const value: unknown = stdout.trim() === "" ? [] : JSON.parse(stdout);
    return isRow(value) && "data" in value && "schema_version" in value ? value["data"] : value;
  }

  test("a task from creation to its end", async () => {
    using world = makeWorld();
    expect(await world.bd(["init", "--prefix", "fl"])).toMatchObject({ exit: 0 });
    expect((await world.bd(["init", "--prefix", "fl"])).stderr).toContain("already");
    const created = await run(world, ["create", "--title", "T", "--description", "D"]);
    const id = isRow(created) ? textOf(created, "id") : "";
    const second = await run(world, ["create", "--title", "T2"]);
    const other = isRow(second) ? textOf(second, "id") : "";
    await run(world, ["dep", "add", other, id]);
    expect(rows(await run(world, ["ready", "--limit", "10"])).map((row) => row["id"])).toEqual([id]);
    await run(world, ["update", id, "--claim"]);
    await expect(run(world, ["update", id, "--claim"], { env: { ...env, BEADS_ACTOR: "w2" } })).rejects.toThrow(
      `issue already claimed by w1`,
    );
    expect(rows(await run(world, ["list", "--status", "in_progress", "--limit", "10"]))).toHaveLength(1);
    await run(world, ["update", id, "--status", "open", "--assignee", ""]);
    await run(world, ["update", id, "--status", "blocked", "--notes", "why"]);
    await run(world, ["comment", id, "said"]);
    await run(world, ["close", id, "--reason", "done"]);
    const shown = await run(world, ["show", other]);
    const issue = rows(shown)[0];
    for (const name of ["id", "title", "status", "priority", "issue_type", "created_at", "updated_at"])
      expect(issue).toHaveProperty(name);
    expect(rows(issue?.["dependencies"])).toMatchObject([
      { id, title: "T", status: "closed", dependency_type: "blocks" },
    ]);
    expect(rows(await run(world, ["show", id]))[0]).toMatchObject({
      notes: "why",
      close_reason: "done",
      comments: [{ text: "said" }],
    });
    expect(rows(await run(world, ["list", "--all", "--limit", "0"]))).toHaveLength(2);
    await run(world, ["delete", other, "--force"]);
    await expect(run(world, ["show", other])).rejects.toThrow("no issue found");
  });
});

/** A `bd` on PATH as `fleet shim install` makes it, on the built command; and a `claude` that answers as it does with -p. */
const dist = join(import.meta.dirname, "../../dist/fleet.js");
interface Shell {
  readonly world: World;
  readonly env: NodeJS.ProcessEnv;
}
function withBdOnPath(world: World): Shell {
  const bin = join(world.root, "bin");
  mkdirSync(bin);
  const script = (name: string, text: string): void => {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  script("bd", `exec '${process.execPath}' '${dist}' bd "$@"`);
  script(
    "claude",
    `[ "$1" = -p ] || exit 2\nread -r title\n[ "$title" != fails ] || exit 3\necho "{\\"type\\":\\"result\\",\\"result\\":\\"did $title\\"}"`,
  );
  const env = {
    PATH: `${bin}${delimiter}${process.env["PATH"]}`,
    HOME: world.home,
    USER: "tester",
    FLEET_HOME: world.fleetHome,
  };
  return { world, env };
}

describe.skipIf(!existsSync(dist))("in a shell, on the built command", () => {
  test.skipIf(!found("jq"))(
    "fixtures/bash-loop.sh, unchanged, three at once (skipped where there is no jq)",
    async () => {
      using world = await initialized();
      for (let n = 0; n < 6; n++)
        await world.bd(["create", `task ${n}`, "--id", `tt-${n}`, ...(n > 3 ? ["--deps", `tt-${n - 1}`] : [])]);
      await world.bd(["create", "fails", "--id", "tt-f"]);
      const { env } = withBdOnPath(world);
      const loop = join(import.meta.dirname, "../../../../fixtures/bash-loop.sh");
      const outs = await Promise.all(
        [1, 2, 3].map(
          (n) =>
            new Promise<string>((resolve) => {
              const child = spawn("bash", [loop], { cwd: world.dir, env: { ...env, BEADS_ACTOR: `loop-${n}` } });
              let out = "";
              child.stdout.on("data", (chunk: Buffer) => void (out += chunk.toString()));
              child.on("close", (code) => resolve(`${out}exit ${code}\n`));
            }),
        ),
      );
      for (const out of outs) expect(out).toMatch(/exit 0\n$/);
      const lines = outs.join("").split("\n");
      // A loop may have found the queue empty while another was at work on what the rest waited for.
      expect(lines.filter((line) => line.startsWith("closed ")).sort()).toEqual(
        [0, 1, 2, 3, 4, 5].map((n) => `closed tt-${n}: task ${n}`),
      );
      expect(lines).toContain("blocked tt-f: fails");
      const closed = rows(await world.json(["list", "--status", "closed", "--sort", "id"]));
      expect(closed.map((row) => row["close_reason"])).toEqual([0, 1, 2, 3, 4, 5].map((n) => `did task ${n}`));
      expect(await world.json(["show", "tt-f"])).toMatchObject([
        { status: "blocked", notes: "claude -p ended with 3" },
      ]);
    },
    60_000,
  );

  test("beads' AGENTS.md, word for word", async () => {
    using world = makeWorld();
    const { env } = withBdOnPath(world);
    const instructions = readFileSync(join(import.meta.dirname, "../../../../fixtures/bash-loop-agents.md"), "utf8");
    const blocks = [...instructions.matchAll(/```bash\n([\s\S]*?)```/g)].map(([, block = ""]) => block);
    expect(blocks.length).toBeGreaterThan(4);
    // One shell, so that what one block found out is there in the next.
    const script = `set -euo pipefail\nid_of() { node -pe 'const v = JSON.parse(require("fs").readFileSync(0, "utf8")); (Array.isArray(v) ? v[0] : v).id'; }\n${blocks.join("\n")}`;
    const { status, stdout, stderr } = spawnSync("bash", ["-c", script], { cwd: world.dir, env, encoding: "utf8" });
    expect({ status, stderr, stdout }).toMatchObject({ status: 0 });
    expect(await world.json(["list", "--all", "--sort", "title"])).toMatchObject([
      { title: "Found bug", status: "open" },
      { title: "Issue title", status: "closed", close_reason: "Completed" },
    ]);
    expect(await world.json(["recall", "auth-tokens"])).toMatchObject({ found: true });
  }, 120_000);
});
