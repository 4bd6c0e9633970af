/** A verb called in this process, as `fleet mcp` does: answers are data, refusals are thrown, nothing is printed. */
import { rmSync } from "node:fs";
import { expect, test } from "vitest";
import * as z from "zod";

import { type Called, callVerb } from "../../src/bd/call.ts";
import { Refusal, refusalText } from "../../src/bd/errors.ts";
import { initialized, type World } from "./world.ts";

const caller =
  (world: World) =>
  async (...line: string[]): Promise<Called> =>
    await callVerb(line, {
      cwd: world.dir,
      env: { PATH: process.env["PATH"], HOME: world.home, USER: "tester", FLEET_HOME: world.fleetHome },
      now: Date.now,
      interrupted: new AbortController().signal,
    });

const made = z.object({ id: z.string(), title: z.string() });

test("an answer is the value that bd would print, and notes are apart from it", async () => {
  using world = await initialized();
  const call = caller(world);
  const created = await call("create", "A", "--cwd", "/", "--json");
  expect(created).toMatchObject({ isDone: true, text: "" });
  expect(created.warnings).toContain("It will run in /");
  const { id } = made.parse(created.answer);
  const shown = await call("show", "--json", "--", id);
  expect(shown).toMatchObject({ isDone: true, answer: [{ id, title: "A", dependent_count: 0 }], warnings: "" });
  expect(await world.json(["show", id])).toEqual(shown.answer);
  expect(await call("show", id, "--short")).toMatchObject({ answer: undefined, text: expect.stringContaining(id) });
});

test("what is not done is in the result, what is refused is thrown", async () => {
  using world = await initialized();
  const call = caller(world);
  expect(await call("recall", "none", "--json")).toMatchObject({ isDone: false, answer: { found: false } });
  const nobody = await call("show", "--json", "--", "tt-nope");
  expect(nobody).toMatchObject({ isDone: false, answer: { error: expect.stringContaining("no issues found") } });
  expect(nobody.warnings).toMatch(/no issue found matching/);
  for (const line of [["nope"], ["create", "--nope"], ["create", "a", "b"], ["list", "--help"]])
    await expect(call(...line), line.join(" ")).rejects.toThrow(Refusal);
  await expect(call("create", "A", "--readonly")).rejects.toThrow(/not allowed in read-only mode/);
  await expect(call("close", "tt-nope")).rejects.toThrow(/tt-nope/);
});

test("without a home it is refused with the way on", async () => {
  using world = await initialized();
  rmSync(world.fleetHome, { recursive: true });
  const error: unknown = await caller(world)("list", "--json").catch((thrown: unknown) => thrown);
  expect(refusalText(error)).toMatch(/^Error: no beads database found\nHint: .*fleet init/);
});
