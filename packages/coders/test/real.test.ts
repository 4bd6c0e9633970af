/**
 * The real command lines, started as `command()` says, against the scripted APIs: nothing leaves the machine, and nothing of
 * the person's own settings is read. Only with FLEET_REAL_CODERS=1, and for those that are on PATH (claude, codex, opencode
 * and gemini together take a gigabyte).
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { describe, expect, onTestFinished, test } from "vitest";
import type { CoderRequest } from "../src/coder.ts";
import { probeAll } from "../src/probe.ts";
import { builtIn } from "../src/registry.ts";
import { exited, request, run } from "./recordings.ts";

const MOCKS = fileURLToPath(new URL("../../../fixtures/mock-api/", import.meta.url));

interface Lab {
  readonly api: "anthropic" | "openai" | "gemini";
  readonly model?: string;
  /** Settings that send the coder to the API on this port; `home` is empty otherwise. */
  readonly env: (port: string, home: string) => Record<string, string>;
}

const LABS: Readonly<Record<string, Lab>> = {
  claude: {
    api: "anthropic",
    model: "sonnet",
    env: (port, home) => ({
      CLAUDE_CONFIG_DIR: home,
      ANTHROPIC_BASE_URL: `http://127.0.0.1:${port}`,
      CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat01-fake",
      CLAUDE_CODE_MAX_RETRIES: "0",
      DISABLE_TELEMETRY: "1",
      DISABLE_ERROR_REPORTING: "1",
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
    }),
  },
  codex: {
    api: "openai",
    model: "gpt-5.5",
    env: (port, home) => {
      const config = readFileSync(`${MOCKS}codex-config.toml`, "utf8").replace("@PORT@", port);
      writeFileSync(join(home, "config.toml"), config);
      return { CODEX_HOME: home, MOCK_KEY: "fake" };
    },
  },
  opencode: {
    api: "openai",
    model: "mock/mock-model",
    env: (port, home) => {
      const options = { baseURL: `http://127.0.0.1:${port}/v1`, apiKey: "fake" };
      const mock = { npm: "@ai-sdk/openai-compatible", options, models: { "mock-model": { name: "mock" } } };
      // A permission that asks, as a project may have it: it must not hang the run.
      const config = { provider: { mock }, enabled_providers: ["mock"], permission: { bash: "ask" } };
      writeFileSync(join(home, "opencode.json"), JSON.stringify(config));
      return { OPENCODE_CONFIG: join(home, "opencode.json"), OPENCODE_DISABLE_MODELS_FETCH: "1" };
    },
  },
  gemini: {
    api: "gemini",
    model: "gemini-2.5-flash",
    env: (port, home) => {
      mkdirSync(join(home, ".gemini"), { recursive: true });
      writeFileSync(join(home, ".gemini/settings.json"), '{"security":{"auth":{"selectedType":"gemini-api-key"}}}');
      return { GEMINI_API_KEY: "fake", GOOGLE_GEMINI_BASE_URL: `http://127.0.0.1:${port}` };
    },
  },
};

const wanted = process.env["FLEET_REAL_CODERS"] === "1";
const probes = wanted ? await probeAll(builtIn.values(), process.env, "/nonexistent") : new Map<string, never>();

describe.each(Object.entries(LABS))("%s", (name, lab) => {
  const coder = builtIn.get(name);
  const there = probes.get(name)?.kind === "found";

  test.skipIf(!there)("runs a tool, continues, and meets a limit", { timeout: 120_000 }, async () => {
    if (coder === undefined) throw new Error(`${name} is not in the registry`);
    const root = mkdtempSync(join(tmpdir(), `real-${name}-`));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    const [home, cwd, scratch] = [join(root, "home"), join(root, "work"), join(root, "scratch")];
    for (const directory of [home, cwd, scratch]) mkdirSync(directory);
    const promptFile = join(root, "prompt.md");
    writeFileSync(promptFile, "Write hi");
    const api = await start(lab.api, root);

    const attempt = async (changes: Partial<CoderRequest>) => {
      const told = { ...changes, cwd, scratch, promptFile, root: process.getuid?.() === 0 };
      const model = lab.model === undefined ? {} : { model: lab.model };
      const command = coder.command(request({ ...told, ...model }));
      const env = { PATH: process.env["PATH"], HOME: home, TERM: "dumb", ...lab.env(api.port, home), ...command.env };
      const input = command.stdin === "prompt" ? { input: createReadStream(promptFile) } : { stdin: "ignore" as const };
      const ended = await execa(command.file, command.args, { cwd, env, extendEnv: false, reject: false, ...input });
      const { facts } = run(coder, ended.stdout.split("\n"));
      return { facts, verdict: coder.classify(exited(ended.exitCode ?? 1), facts, ended.stderr) };
    };

    const first = await attempt({});
    expect(first.verdict).toEqual({ kind: "completed" });
    expect(first.facts).toMatchObject({ toolsFinished: 1, toolsOk: 1, unrecognised: 0, result: { ok: true } });
    expect(readFileSync(join(cwd, "out.txt"), "utf8")).toBe("hi\n");

    await api.control({ scenario: "claim" });
    const second = await attempt({ resume: first.facts.session ?? "no session" });
    expect(second.verdict).toEqual({ kind: "completed" });
    expect(second.facts).toMatchObject({ session: first.facts.session, toolsFinished: 0, unrecognised: 0 });

    await api.control({ scenario: "ratelimit" });
    const third = await attempt({ sessionId: "11111111-2222-4333-8444-666666666666" });
    expect(third.verdict).toMatchObject({ kind: "rate-limited" });
  });
});

async function start(api: string, root: string) {
  const portFile = join(root, "port");
  const server: ChildProcess = spawn(process.execPath, [`${MOCKS}${api}.mjs`, "--port-file", portFile], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(async () => {
    server.kill();
    await once(server, "exit");
  });
  if (server.stdout !== null) await once(server.stdout, "data");
  const port = readFileSync(portFile, "utf8");
  const control = (change: object) =>
    fetch(`http://127.0.0.1:${port}/__control`, { method: "POST", body: JSON.stringify(change) });
  return { port, control };
}
