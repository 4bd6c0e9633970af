/**
 * A machine of a test's own: HOME, the fleet's home, projects, a scripted API for each coder, a real supervisor. Nothing
 * of the person's own settings gets in, and at its end everything of it must be gone: a process left over fails the test.
 */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { execa } from "execa";
import { onTestFinished, test, type TestContext } from "vitest";
import * as z from "zod";

import type { Tuning } from "../../src/settings/tuning.ts";
import { type Api, type CoderName, startApi } from "./api.ts";
import { naming, type Seen } from "../support/living.ts";
import { until } from "../support/until.ts";

const REPOSITORY = fileURLToPath(new URL("../../../../", import.meta.url));
const BIN = process.env["FLEET_REAL_BIN"] ?? join(REPOSITORY, ".cache/coders/node_modules/.bin");
const UNDER_TEST = process.env["FLEET_UNDER_TEST"];
const BUILT = UNDER_TEST === undefined ? join(REPOSITORY, "packages/fleet/dist") : dirname(UNDER_TEST);
const MISSING = z.record(z.string(), z.string()).parse(JSON.parse(process.env["FLEET_REAL_MISSING"] ?? "{}"));

/** A test that needs these coders; it is skipped, with the reason, where one could not be installed. */
export function real(
  needs: readonly CoderName[],
  name: string,
  body: (context: TestContext) => Promise<void>,
  timeout = 60_000,
): void {
  test(name, { timeout }, async (context) => {
    for (const coder of needs) {
      const wrong = MISSING[coder];
      context.skip(wrong !== undefined, `${coder} could not be installed: ${wrong}`);
    }
    try {
      await body(context);
    } catch (error) {
      // Whoever reads of a failure in CI has nothing but this.
      for (const lab of labs) console.error(lab.story());
      throw error;
    }
  });
}

/** Those that are open. */
const labs = new Set<Lab>();

/** What fleet has nothing to say of is null in its JSON. */
const told = <T extends z.ZodType>(of: T) => of.nullish().transform((value) => value ?? undefined);

const row = z.looseObject({
  id: z.string(),
  state: z.string(),
  status: z.string(),
  reason: z.string().nullable(),
  tries: z.number(),
  attempt: z.number().nullable(),
  last_action: z.string().nullable(),
});
export type Row = z.infer<typeof row>;

const attempt = z.looseObject({
  attempt: z.number(),
  // Null for a moment: the task is claimed, and its directory is looked at before there is a record.
  uuid: told(z.string()),
  session: told(z.string()),
  outcome: told(z.string()),
  reason: z.string(),
  counts: told(z.boolean()),
  exit_code: told(z.number()),
  tokens: told(z.number()),
  cost_usd: told(z.number()),
  started_at: told(z.string()),
  dir: z.string(),
});
export type Attempt = z.infer<typeof attempt>;

const status = z.looseObject({
  running: z.boolean(),
  pid: told(z.number()),
  parked: z.array(z.object({ coder: z.string(), until: z.string().nullable(), reason: z.string() })),
});
export type Status = z.infer<typeof status>;

export interface Options {
  readonly coders: readonly CoderName[];
  /** Settings beside those every lab has. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** What is no setting (packages/fleet/src/settings/tuning.ts), for all commands of the lab. */
  readonly tuning?: Partial<Tuning>;
  /** Variables for claude beside those every lab has. */
  readonly claude?: Readonly<Record<string, string>>;
  /** Options of the scripted APIs. */
  readonly api?: readonly string[];
}

export interface NewTask {
  readonly coder: CoderName | "shell";
  readonly title?: string;
  readonly description: string;
  /** Further flags of `fleet bd create`. */
  readonly flags?: readonly string[];
  /** A project of the lab; made when it is not there. */
  readonly project?: string;
}

/** codex knows this model, and so has all of its tools. */
const MODEL: Readonly<Record<CoderName | "shell", readonly string[]>> = {
  claude: ["--model", "sonnet"],
  codex: ["--model", "gpt-5.5"],
  opencode: ["--model", "mock/mock-model"],
  gemini: ["--model", "gemini-2.5-flash"],
  shell: [],
};

/** The lab of the running test; it ends with the test. */
export async function makeLab(options: Options): Promise<Lab> {
  const root = mkdtempSync(join(realpathSync(tmpdir()), "fleet-real-"));
  for (const name of ["home", "tmp", "api", ...options.coders]) mkdirSync(join(root, name));
  // A build while the tests run must not change what they test.
  cpSync(BUILT, join(root, "fleet"), { recursive: true });
  const apis = new Map<CoderName, Api>();
  const lab = new Lab(root, apis, { finishGrace: 5_000, ...options.tuning });
  labs.add(lab);
  onTestFinished(() => lab.close(), 180_000);
  for (const coder of options.coders) apis.set(coder, await startApi(coder, join(root, "api"), options.api));
  writeFileSync(join(root, "home/.gitconfig"), "[user]\n\tname = Test User\n\temail = test@example.com\n");
  await lab.fleet(["init"]);
  const env = {
    ...(apis.has("claude") ? { claude: { ...claudeEnvironment(lab), ...options.claude } } : {}),
    ...(apis.has("codex") ? { codex: codexEnvironment(lab) } : {}),
    ...(apis.has("opencode") ? { opencode: opencodeEnvironment(lab) } : {}),
    ...(apis.has("gemini") ? { gemini: geminiEnvironment(lab) } : {}),
  };
  const settings = {
    poll_interval: "100ms",
    retry_backoff: "200ms",
    kill_grace: "3s",
    shutdown_grace: "200ms",
    // Most of what is scripted is not the work of its task; tests of evidence say what they want.
    evidence: "activity",
    // Some have several agents in one directory.
    max_per_cwd: 100,
    ...options.settings,
    env,
  };
  // JSON is YAML.
  writeFileSync(join(lab.fleetHome, "config.yaml"), `${JSON.stringify(settings, null, 2)}\n`);
  return lab;
}

function claudeEnvironment(lab: Lab): Record<string, string> {
  return {
    CLAUDE_CONFIG_DIR: join(lab.root, "claude"),
    ANTHROPIC_BASE_URL: `http://127.0.0.1:${lab.api("claude").port}`,
    // With an OAuth token claude behaves as for a subscriber, which is what knows of windows.
    CLAUDE_CODE_OAUTH_TOKEN: "sk-ant-oat01-fake",
    CLAUDE_CODE_MAX_RETRIES: "0",
    DISABLE_TELEMETRY: "1",
    DISABLE_ERROR_REPORTING: "1",
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  };
}

function codexEnvironment(lab: Lab): Record<string, string> {
  const template = readFileSync(join(REPOSITORY, "fixtures/mock-api/codex-config.toml"), "utf8");
  writeFileSync(join(lab.root, "codex/config.toml"), template.replace("@PORT@", lab.api("codex").port));
  return { CODEX_HOME: join(lab.root, "codex"), MOCK_KEY: "fake" };
}

function opencodeEnvironment(lab: Lab): Record<string, string> {
  const dir = join(lab.root, "opencode");
  const options = { baseURL: `http://127.0.0.1:${lab.api("opencode").port}/v1`, apiKey: "fake" };
  const mock = { npm: "@ai-sdk/openai-compatible", options, models: { "mock-model": { name: "mock" } } };
  const config = { provider: { mock }, enabled_providers: ["mock"], permission: { bash: "allow" } };
  writeFileSync(join(dir, "opencode.json"), JSON.stringify(config));
  return {
    OPENCODE_CONFIG: join(dir, "opencode.json"),
    OPENCODE_DISABLE_AUTOUPDATE: "1",
    OPENCODE_DISABLE_MODELS_FETCH: "1",
    XDG_DATA_HOME: join(dir, "data"),
    XDG_CONFIG_HOME: join(dir, "config"),
    XDG_CACHE_HOME: join(dir, "cache"),
    XDG_STATE_HOME: join(dir, "state"),
  };
}

function geminiEnvironment(lab: Lab): Record<string, string> {
  const dir = join(lab.root, "home", ".gemini");
  mkdirSync(dir);
  writeFileSync(join(dir, "settings.json"), '{"security":{"auth":{"selectedType":"gemini-api-key"}}}');
  return { GEMINI_API_KEY: "fake", GOOGLE_GEMINI_BASE_URL: `http://127.0.0.1:${lab.api("gemini").port}` };
}

export class Lab {
  readonly root: string;
  readonly #apis: ReadonlyMap<CoderName, Api>;
  readonly #tuning: Partial<Tuning>;

  constructor(root: string, apis: ReadonlyMap<CoderName, Api>, tuning: Partial<Tuning>) {
    this.root = root;
    this.#apis = apis;
    this.#tuning = tuning;
  }

  get fleetHome(): string {
    return join(this.root, "home/.fleet");
  }

  api(coder: CoderName): Api {
    const api = this.#apis.get(coder);
    if (api === undefined) throw new Error(`this lab has no ${coder}`);
    return api;
  }

  get #env(): Record<string, string> {
    const path = [BIN, dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"];
    return {
      PATH: path.join(delimiter),
      HOME: join(this.root, "home"),
      TMPDIR: join(this.root, "tmp"),
      FLEET_HOME: this.fleetHome,
      FLEET_TUNING: JSON.stringify(this.#tuning),
      USER: "tester",
      TERM: "dumb",
      LANG: "C.UTF-8",
      SHELL: "/bin/bash",
    };
  }

  /** Runs the built command as a person would; fails on an exit code that was not expected. */
  async fleet(
    args: readonly string[],
    { cwd = this.root, input = "", ok = [0], timeout = 60_000 } = {},
  ): Promise<string> {
    const node = [join(this.root, "fleet/fleet.js"), ...args];
    const { exitCode, stdout, stderr } = await execa(process.execPath, node, {
      cwd,
      input,
      env: this.#env,
      extendEnv: false,
      reject: false,
      timeout,
    });
    if (exitCode === undefined || !ok.includes(exitCode))
      throw new Error(`fleet ${args.join(" ")}: exit ${exitCode}\n${stdout}\n${stderr}`);
    return stdout;
  }

  async #json<T>(of: z.ZodType<T>, args: readonly string[], ok?: number[]): Promise<T> {
    return of.parse(JSON.parse(await this.fleet([...args, "--json"], ok === undefined ? {} : { ok })));
  }

  /** What git printed, called as the person of this lab. */
  git(dir: string, ...args: string[]): string {
    const done = spawnSync("git", ["-C", dir, ...args], { env: this.#env, encoding: "utf8" });
    if (done.status !== 0) throw new Error(`git ${args.join(" ")}: ${done.stderr}`);
    return done.stdout.trim();
  }

  /** A project's directory, with a git repository and one commit in it. */
  project(name = "project"): string {
    const dir = join(this.root, "projects", name);
    mkdirSync(dir, { recursive: true });
    const git = (...args: string[]): string => this.git(dir, ...args);
    if (!readdirSync(dir).includes(".git")) {
      git("init", "-q", "-b", "main");
      git("commit", "-q", "--allow-empty", "-m", "start");
    }
    return dir;
  }

  /** Creates a task in its project, as a person there would; answers with its id. */
  async task(task: NewTask): Promise<string> {
    const { coder, title = `a task for ${coder}`, description: input, project, flags = [] } = task;
    const chosen = ["--coder", coder, ...MODEL[coder], ...flags];
    const args = ["bd", "create", title, ...chosen, "--stdin", "--json"];
    const made = JSON.parse(await this.fleet(args, { cwd: this.project(project), input }));
    return z.looseObject({ id: z.string() }).parse(made).id;
  }

  async start(): Promise<number> {
    const { pid } = await this.#json(z.looseObject({ pid: z.number() }), ["run", "start"]);
    return pid;
  }

  status(): Promise<Status> {
    return this.#json(status, ["run", "status"], [0, 3]);
  }

  async row(id: string): Promise<Row> {
    const { tasks: rows } = await this.#json(z.object({ tasks: z.array(row) }), ["tasks", "--all"]);
    const found = rows.find((one) => one.id === id);
    if (found === undefined) throw new Error(`fleet tasks --all does not show ${id}`);
    return found;
  }

  async attempts(id: string): Promise<Attempt[]> {
    return (await this.#json(z.object({ attempts: z.array(attempt) }), ["task", id, "attempts"])).attempts;
  }

  /** Waits for something to come true of this lab. */
  until<T>(what: string, probe: () => Promise<T | undefined> | T | undefined, patience = 30_000): Promise<T> {
    return until(what, probe, patience);
  }

  /** Waits until the task is in this state. */
  reaches(id: string, state: string, patience?: number): Promise<Row> {
    return this.until(
      `${id} is ${state}`,
      async () => {
        const now = await this.row(id);
        return now.state === state ? now : undefined;
      },
      patience,
    );
  }

  /** Waits for a file in a project, and gives its text. */
  file(name: string, project = "project", patience?: number): Promise<string> {
    const path = join(this.root, "projects", project, name);
    return this.until(
      `${name} is there`,
      () => {
        const text = textOf(path);
        return text === "" ? undefined : text;
      },
      patience,
    );
  }

  /** How each attempt ended, in their order. */
  async outcomes(id: string): Promise<(string | undefined)[]> {
    return (await this.attempts(id)).map(({ outcome }) => outcome);
  }

  /** `git log` of the fleet's home, oldest first: author, subject and trailers of every commit. */
  async history(): Promise<string> {
    const args = ["-C", this.fleetHome, "log", "--reverse", "--format=author %an%n%B"];
    return (await execa("git", args, { env: this.#env, extendEnv: false })).stdout;
  }

  /** Processes that carry an attempt's id or live in its directory. */
  async left(id: string): Promise<Seen[]> {
    const attempts = await this.attempts(id);
    return attempts.flatMap(({ uuid, dir }) => [...naming(`FLEET_ATTEMPT_ID=${uuid}`), ...naming(dir)]);
  }

  /** The supervisor's journal, and the end of what every attempt said: for the message of a failing test. */
  story(): string {
    const journal = textOf(join(this.fleetHome, "run/supervisor.log"));
    const tasks = join(this.fleetHome, "tasks");
    const attempts = names(tasks).flatMap((id) =>
      names(join(tasks, id, "attempts")).map((n) => {
        const of = (name: string): string => textOf(join(tasks, id, "attempts", n, name)).slice(-2500);
        return `── ${id} attempt ${n}\n${of("log.jsonl")}\n── stderr\n${of("log.stderr")}\n${of("outcome.json")}`;
      }),
    );
    return [journal, textOf(join(this.fleetHome, "run/supervisor.out")), ...attempts].join("\n");
  }

  /** Ends everything, and fails if anything was left over by fleet. */
  async close(): Promise<void> {
    labs.delete(this);
    await this.fleet(["run", "stop"]);
    for (const api of this.#apis.values()) await api.stop();
    const left = naming(this.root);
    for (const { pid } of left) process.kill(pid, "SIGKILL");
    const story = left.length === 0 ? "" : this.story();
    rmSync(this.root, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`left over: ${JSON.stringify(left)}\n${story}`);
  }
}

export const textOf = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // Not there (yet).
    return "";
  }
};

function names(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch {
    // Not there (yet).
    return [];
  }
}
