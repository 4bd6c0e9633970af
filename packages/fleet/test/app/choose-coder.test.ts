/** Which coder a new home begins with, and what becomes of tasks where there is none. */
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";

import { choice, choiceText } from "../../src/app/choose-coder.ts";
import { call } from "../support/in-process.ts";
import { personIn } from "../support/person.ts";

it.each([
  ["the one that is signed in", { claude: "yes", codex: "no", opencode: "unknown" }, { kind: "one", name: "claude" }],
  ["the one that may be, where none surely is", { opencode: "unknown" }, { kind: "one", name: "opencode" }],
  ["nobody of several", { claude: "yes", codex: "yes" }, { kind: "several", names: ["claude", "codex"] }],
  ["nobody who is not signed in", { codex: "no" }, { kind: "none", installed: ["codex"] }],
  ["never shell, which needs no account", { shell: "not needed" }, { kind: "none", installed: [] }],
] as const)("chooses %s", (_, agents, chosen) => {
  expect(choice(new Map(Object.entries(agents)))).toEqual(chosen);
});

it("says with each choice what decides otherwise", () => {
  expect(choiceText({ kind: "several", names: ["claude", "codex"] })).toBe(
    "Installed: claude, codex. Tasks wait until you choose one: fleet config set default_coder=claude",
  );
  expect(choiceText({ kind: "none", installed: [] })).toMatch(/No coding agent is installed.*: fleet coders$/);
  expect(choiceText({ kind: "none", installed: ["codex"] })).toMatch(/^Not signed in: codex\. .*default_coder=codex$/);
});

/** A person with a git identity and nothing on PATH but what is put there. */
function someone() {
  const root = mkdtempSync(join(realpathSync(tmpdir()), "fleet-first-"));
  for (const name of ["bin", "user", "project"]) mkdirSync(join(root, name));
  const env = {
    ...personIn(join(root, "user")),
    FLEET_HOME: join(root, "home"),
    PATH: `${join(root, "bin")}:/usr/bin:/bin`,
    ANTHROPIC_API_KEY: undefined,
    OPENAI_API_KEY: undefined,
    GEMINI_API_KEY: undefined,
  };
  return {
    install: (name: string): void => {
      writeFileSync(join(root, "bin", name), "#!/bin/sh\n");
      chmodSync(join(root, "bin", name), 0o755);
    },
    fleet: async (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
      await call(args, { env: { ...env, ...more }, cwd: join(root, "project"), stdin: "" }),
    config: (): string => readFileSync(join(root, "home", "config.yaml"), "utf8"),
    [Symbol.dispose]: (): void => rmSync(root, { recursive: true, force: true }),
  };
}

it("init begins with the agent that is installed and signed in, and keeps what a person decided", async () => {
  using person = someone();
  person.install("claude");
  const made = await person.fleet(["init"], { ANTHROPIC_API_KEY: "k" });
  expect(made.stdout).toContain("Tasks that name no coder go to claude; to change that: fleet config set");
  expect(person.config()).toContain("\ndefault_coder: claude\n");
  const again = await person.fleet(["init", "--prefix", "web"]);
  expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining("already exists") });
  expect(again.stderr).toBe("Its prefix stays fleet; to change it: fleet rename-prefix web\n");
});

it("without an agent the first create says so, and the task waits with the reason", async () => {
  using person = someone();
  const { stdout, stderr } = await person.fleet(["create", "Write: the docs > all"]);
  expect(stderr).toContain("No coding agent is installed, so tasks wait; how to install one: fleet coders\n");
  const id = /fleet-\w+/.exec(stdout)?.[0] ?? "";
  expect(stdout).toContain(`  Coder: none, so it waits: fleet update ${id} --coder NAME`);
  const told = await person.fleet(["explain", id, "--json"]);
  expect(JSON.parse(told.stdout)).toMatchObject({ state: "held", why: { kind: "no-coder" } });
  expect((await person.fleet(["task", id])).stdout).toContain("none yet");
  await person.fleet(["update", id, "--coder", "shell"]);
  const now = await person.fleet(["explain", id, "--json"]);
  expect(JSON.parse(now.stdout)).not.toMatchObject({ why: { kind: "no-coder" } });
});
