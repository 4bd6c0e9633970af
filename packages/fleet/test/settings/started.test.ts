/** What a project and a coder set is in what is started. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { readAttempt } from "../../src/attempts/records/record.ts";
import { Fleet } from "../support/fleet.ts";

it("a project's coder, variables, prompt, tries and times, and a coder's flags and wrapper, are in what is started", async () => {
  await using fleet = await Fleet.make();
  const [web, scripts] = [join(fleet.root, "web"), join(fleet.root, "scripts")];
  for (const dir of [web, scripts]) mkdirSync(dir);
  writeFileSync(join(web, "prompt.md"), "A prompt of the project's own for {{id}}.\n");
  const agent = join(fleet.root, "agent");
  writeFileSync(agent, '#!/bin/sh\necho "$WRAPPED $OF_PROJECT $OF_CODER $*" >ran\ncat >>ran\nexit 3\n', {
    mode: 0o755,
  });
  fleet.configure(
    {},
    `
coders:
  agent: { argv: [${agent}, run], prompt: stdin, args: [--mode, plan], wrap: [env, WRAPPED=yes] }
  shell: { args: [-e], wrap: [env, "WRAPPED={cwd}"] }
env: { agent: { OF_CODER: coder, OF_PROJECT: coder } }
projects:
  ${web}: { coder: agent, prompt: prompt.md, max_attempts: 1, limits: { timeout: 20m }, check_timeout: 30s, env: { OF_PROJECT: project } }
`,
  );
  const own = await fleet.task("in the project", "words", { cwd: web });
  const plain = await fleet.task("a script", 'echo "$WRAPPED" >ran; false; echo not reached >>ran', {
    cwd: scripts,
    metadata: { coder: "shell" },
  });
  await fleet.supervise();
  await fleet.settled(own, "blocked");
  expect(readFileSync(join(web, "ran"), "utf8")).toBe(
    `yes project coder run --mode plan\nA prompt of the project's own for ${own}.\n`,
  );
  expect(readAttempt(fleet.dir(own))).toMatchObject({
    coder: "agent",
    file: "env",
    args: ["WRAPPED=yes", agent, "run", "--mode", "plan"],
    timeout_ms: 1_200_000,
    check_timeout_ms: 30_000,
  });
  expect(fleet.outcomes(own)).toEqual(["failed"]);
  await fleet.settled(plain, "blocked");
  expect(readFileSync(join(scripts, "ran"), "utf8")).toBe(`${scripts}\n`);
  expect(fleet.outcomes(plain)).toHaveLength(3);
});
