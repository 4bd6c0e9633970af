/** What real bd answered, asked of `runBd` in process. scripts/conformance.mjs asks the built command the same. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import {
  type Case,
  capturedId,
  judge,
  judgeRace,
  type Step,
  substitute,
} from "../../../../fixtures/conformance/matcher.mjs";
import { initialized, makeWorld, type World } from "./world.ts";

const file = join(import.meta.dirname, "../../../../fixtures/conformance/cases.json");
const cases: readonly Case[] = JSON.parse(readFileSync(file, "utf8"));

type Vars = Record<string, string>;

const asStep = (step: Step | readonly string[]): Step => ("argv" in step ? step : { argv: step });

async function run(world: World, step: Step, vars: Vars): Promise<ReturnType<World["bd"]>> {
  return await world.bd(substitute(step.argv, vars), {
    env: substitute(step.env ?? {}, vars),
    stdin: step.stdin ?? "",
    cwd: step.in === undefined ? world.dir : join(world.dir, substitute(step.in, vars)),
  });
}

async function problems(world: World, one: Case): Promise<string[]> {
  const vars: Vars = { DIR: world.dir, HOME: world.home };
  let ids = 0;
  for (const [path, text] of Object.entries(one.files ?? {})) world.file(path, text);
  for (const written of one.setup ?? []) {
    const step = asStep(written);
    const result = await run(world, step, vars);
    if (step.exit !== "any" && result.exit !== (step.exit ?? 0))
      return [`set-up ${JSON.stringify(step.argv)}: exit ${result.exit}: ${result.stderr}${result.stdout}`];
    const id = capturedId(step.argv, result.stdout);
    if (id !== undefined) vars[`ID${++ids}`] = id;
  }
  if (one.parallel !== undefined)
    return judgeRace(one.expect, await Promise.all(one.parallel.map((step) => run(world, step, vars))));
  return judge(one.expect, await run(world, { argv: [], ...one }, vars), vars);
}

beforeAll(() => {
  // The answers were recorded in UTC, and a date without a time is a local midnight.
  vi.stubEnv("TZ", "UTC");
});
afterAll(() => {
  vi.unstubAllEnvs();
});

describe.concurrent("bd conformance", () => {
  for (const one of cases) {
    test(`${one.tier} ${one.name}`, async () => {
      using world = one.init === false ? makeWorld() : await initialized();
      expect(await problems(world, one)).toEqual([]);
    });
  }
});
