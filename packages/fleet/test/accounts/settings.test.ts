/** What may stand in the settings about accounts, and where their secrets come from. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { literalSecrets } from "../../src/settings/accounts/literal.ts";
import { secretsOf, secretTrouble, sourceVariables } from "../../src/engine/shell/accounts/secrets.ts";
import { parseConfig } from "../../src/settings/file.ts";

const problems = (yaml: string): readonly string[] => {
  const checked = parseConfig(yaml);
  return checked.ok ? [] : checked.problems;
};

const KEY = "sk-ant-api03-A1b2C3d4E5f6G7h8";

describe("a literal secret is found, and not repeated", () => {
  it.each<[what: string, yaml: string, place: string]>([
    ["by its name", "env: {claude: {ANTHROPIC_API_KEY: abcdef123456}}", "env.claude.ANTHROPIC_API_KEY"],
    ["a token", "env: {x: {GITHUB_TOKEN: abcdef}}", "env.x.GITHUB_TOKEN"],
    ["a secret", "env: {x: {CLIENT_SECRET: abcdef}}", "env.x.CLIENT_SECRET"],
    ["by its look", `env: {x: {HEADERS: "x-key: ${KEY}"}}`, "env.x.HEADERS"],
    ["in an address", "env: {x: {URL: https://ann:hunter22@db.internal/}}", "env.x.URL"],
    ["in an account", "accounts: {w: {coder: claude, env: {A_TOKEN: abcdef}}}", "accounts.w.env.A_TOKEN"],
    [
      "where a reference belongs",
      "accounts: {w: {coder: claude, secrets: {A_KEY: abcdef}}}",
      "accounts.w.secrets.A_KEY",
    ],
    ["in the words of a command", `coders: {x: {argv: [x, --key, ${KEY}], prompt: stdin}}`, "coders.x.argv.2"],
    ["as a number", "env: {x: {PIN_SECRET: 123456}}", "env.x.PIN_SECRET"],
  ])("%s", (_what, yaml, place) => {
    const found = problems(yaml);
    expect(found[0]).toMatch(new RegExp(`^${place.replaceAll(".", "\\.")}: looks like a literal secret`));
    expect(found[0]).toContain("{file: ");
    expect(found.join()).not.toMatch(/abcdef|hunter22|A1b2C3|123456/);
  });

  it.each<[what: string, yaml: string]>([
    ["what says that it is fake", "env: {claude: {ANTHROPIC_API_KEY: sk-ant-fake-000, MOCK_KEY: fake}}"],
    ["a token that says so at its end", "env: {claude: {CLAUDE_CODE_OAUTH_TOKEN: sk-ant-oat01-fake}}"],
    ["a switch", 'env: {x: {USE_TOKEN: "1"}}'],
    ["a path", "env: {x: {SSH_KEY: ~/.ssh/id_ed25519}}"],
    ["a count of tokens", "env: {claude: {CLAUDE_CODE_MAX_OUTPUT_TOKENS: '32000'}}"],
    ["a word with sk- in it", "env: {x: {MODE: task-scheduler-of-mine}}"],
    ["a reference", "accounts: {w: {coder: claude, secrets: {A_KEY: {variable: WORK_KEY}}}}"],
  ])("not: %s", (_what, yaml) => expect(problems(yaml)).toEqual([]));

  it("is named beside what else is wrong", () => {
    expect(problems(`max_concurrent: 0\nenv: {x: {A_KEY: ${KEY}}}`)).toHaveLength(2);
    expect(literalSecrets(undefined)).toEqual([]);
  });
});

describe("accounts that make no sense are refused", () => {
  it.each<[what: string, yaml: string, problem: string]>([
    ["an unknown coder", "accounts: {w: {coder: nobody}}", "there is no coder nobody"],
    ["the name of another coder", "accounts: {codex: {coder: claude}}", "name of another coder"],
    [
      "a variable twice",
      "accounts: {w: {coder: claude, env: {A: b}, secrets: {A: {variable: C}}}}",
      "A is set under env and under secrets",
    ],
    [
      "a cost that codex does not report",
      "accounts: {w: {coder: codex, daily: {usd: 5}}}",
      "codex does not report its cost",
    ],
    ["tokens that the shell does not report", "accounts: {w: {coder: shell, daily: {tokens: 5}}}", "does not report"],
    ["a fleet's cap that one of its coders can't keep", "default_coder: codex\ndaily: {usd: 5}", "daily.usd: codex"],
    ["a file of nowhere", "accounts: {w: {coder: claude, secrets: {A: {file: key}}}}", "write {file: /absolute/path}"],
    ["no room at all", "accounts: {w: {coder: claude, max: 0}}", "accounts.w.max"],
  ])("%s", (_what, yaml, problem) => expect(problems(yaml).join("; ")).toContain(problem));

  it("accepts measurable caps; free coders don't block the fleet cap", () => {
    expect(problems("daily: {usd: 5, tokens: 100}\naccounts: {w: {coder: claude, daily: {usd: 2.5}}}")).toEqual([]);
  });
});

describe("secrets", () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), "fleet-secrets-"));
    writeFileSync(join(dir, "key"), "the key\n", { mode: 0o600 });
    writeFileSync(join(dir, "empty"), "\n");
  });
  afterAll(() => rmSync(dir, { recursive: true }));

  const of = (secrets: Parameters<typeof secretsOf>[0]["secrets"]) => ({ name: "work", secrets });

  it("come from a file or a variable", () => {
    const account = of({ A: { file: join(dir, "key") }, B: { variable: "FROM" }, C: { file: "~/key" } });
    expect(secretsOf(account, { FROM: "value", HOME: dir })).toEqual({ A: "the key", B: "value", C: "the key" });
    expect(secretTrouble(account, { FROM: "value", HOME: dir })).toBeUndefined();
    expect([...sourceVariables([account])]).toEqual(["FROM"]);
  });

  it("that are missing are named by their place", () => {
    expect(secretTrouble(of({ A: { file: join(dir, "gone") } }), {})).toContain("its A is missing");
    expect(secretTrouble(of({ A: { variable: "GONE" } }), {})).toContain("no variable GONE");
    expect(() => secretsOf(of({ A: { variable: "GONE" } }), {})).toThrow("account work: its A is missing");
    expect(() => secretsOf(of({ A: { file: join(dir, "empty") } }), {})).toThrow("its A is empty");
    chmodSync(dir, 0o700);
  });
});
