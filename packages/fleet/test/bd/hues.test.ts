/** bd's lines for people: what fleet knows of a task beside beads' fields, and colours on a terminal alone. */
import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";

import { printable } from "@fleet/kit/printable";

import { initialized } from "./world.ts";

/** Escape codes, as a snapshot shows them. */
const visible = (text: string): string => printable(text).replaceAll("\u001b", "␛");

test("show has coder, directory, checks, scope and limits of a task; an epic has none", async () => {
  using world = await initialized();
  world.file(".fleet/config.yaml", "default_coder: claude\n");
  const asked = ["--check", "npm test", "--expect", "commit", "--allow", "src/**", "--max-cost", "5"];
  await world.bd(["create", "A task", "--id", "tt-a", ...asked]);
  await world.bd(["create", "An epic", "--id", "tt-e", "-t", "epic"]);
  const { stdout } = await world.bd(["show", "tt-a"]);
  expect(stdout).toContain(`
TASK
  coder: claude (default)
  directory: ${world.dir}
  checks: npm test
  expects: commit
  may change: src/**
  limits: `);
  expect(stdout).toMatch(/limits: .*\$5\.00\n\nDESCRIPTION/);
  expect((await world.bd(["show", "tt-e"])).stdout).not.toContain("TASK");
});

test("dep tree tells each edge and what is blocked; a graph calls nothing ready that is not, and has one legend", async () => {
  using world = await initialized();
  for (const id of ["tt-a", "tt-b", "tt-c", "tt-x"]) await world.bd(["create", id, "--id", id]);
  await world.bd(["dep", "add", "tt-a", "tt-b"]);
  await world.bd(["dep", "add", "tt-b", "tt-c", "--type", "related"]);
  await world.bd(["update", "tt-b", "-s", "blocked"]);
  expect((await world.bd(["dep", "tree", "tt-a"])).stdout).toContain(
    ["○ tt-a ● P2 tt-a [BLOCKED]", "  └── ● tt-b ● P2 tt-b (blocks)", "    └── ○ tt-c ● P2 tt-c (related)"].join("\n"),
  );
  const { stdout } = await world.bd(["graph", "--all"]);
  expect(stdout.match(/LAYER 0.*/g)).toEqual(["LAYER 0", "LAYER 0 (ready)"]);
  expect(stdout.match(/Status:/g)).toHaveLength(1);
});

test("ready says where all work is when nothing is ready", async () => {
  using world = await initialized();
  const ready = async (): Promise<string> => (await world.bd(["ready"])).stdout.trim();
  expect(await ready()).toBe("✨ No open issues");
  for (const id of ["tt-a", "tt-b", "tt-c"]) await world.bd(["create", id, "--id", id]);
  await world.bd(["dep", "add", "tt-a", "tt-b"]);
  await world.bd(["update", "tt-b", "--claim"]);
  await world.bd(["update", "tt-c", "-s", "blocked"]);
  expect(await ready()).toBe(
    "✨ No ready work found (1 in progress, 1 blocked, 1 with blocking dependencies or filtered out)",
  );
});

test("list, ready and show have bd's colours on a terminal, and none with NO_COLOR or in a pipe", async () => {
  using world = await initialized();
  await world.bd(["create", "Urgent", "--id", "tt-a", "-p", "0", "-t", "bug"]);
  await world.bd(["create", "Stuck", "--id", "tt-b", "-p", "1"]);
  await world.bd(["update", "tt-b", "-s", "blocked"]);
  await world.bd(["create", "Over", "--id", "tt-c", "-t", "epic"]);
  await world.bd(["close", "tt-c"]);
  const env = { TERM: "xterm", NO_COLOR: "" };
  const shown = async (...args: string[]): Promise<string> =>
    visible((await world.bd(args, { terminal: true, env })).stdout);
  await world.bd(["dep", "add", "tt-a", "tt-b"]);
  const asked =
    "list --all;list --flat;ready;show tt-b;show tt-b --short;blocked;search t;query priority<2;history tt-b;dep tree tt-a;dep list tt-a;graph --all";
  for (const args of asked.split(";").map((words) => words.split(" "))) {
    const plain = (await world.bd(args, { env })).stdout;
    expect(plain).not.toContain("\u001b");
    expect((await world.bd(args, { terminal: true, env: { ...env, NO_COLOR: "1" } })).stdout).toBe(plain);
    const coloured = await shown(...args);
    expect([args, coloured.includes("␛[")]).toEqual([args, plain.includes("tt-")]);
    expect(stripVTControlCharacters(coloured.replaceAll("␛", "\u001b"))).toBe(plain);
  }
  const list = await shown("list", "--all");
  expect(list).toContain("○ ␛[34mtt-a␛[39m ␛[1m␛[31m● P0␛[39m␛[22m ␛[31m[bug]␛[39m Urgent\n");
  expect(list).toContain("␛[31m●␛[39m ␛[34mtt-b␛[39m ␛[33m● P1␛[39m Stuck\n");
  expect(list).toContain("␛[2m✓ tt-c ● P2 [epic] Over␛[22m\n");
  expect(await shown("show", "tt-b")).toMatch(
    /· ␛\[1mStuck␛\[22m .*· ␛\[31mBLOCKED␛\[39m\]\n[^]*␛\[1mDESCRIPTION␛\[22m\n/,
  );
});
