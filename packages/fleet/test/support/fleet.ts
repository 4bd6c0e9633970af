/**
 * A home, a project, and the built command as a process. Everything of it is ended and removed at the end, and a process
 * that is left over then fails the test.
 */
import { spawn, type StdioOptions } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { heldBy } from "@fleet/store/claims";
import { fleetRecord } from "@fleet/store/fleet-record";
import type { Act } from "@fleet/store/decision";
import { createHome } from "@fleet/store/create-home";
import type { Issue } from "@fleet/store/issue";
import { create } from "@fleet/store/ops/create";
import { asStatus } from "@fleet/store/status";
import { Store } from "@fleet/store/store";

import { attemptsDir, attemptsOf } from "../../src/attempts/records/paths.ts";
import { type OutcomeRecord, readOutcome } from "../../src/attempts/records/record.ts";
import { leader } from "../../src/engine/shell/state/leader.ts";
import { askToStop } from "../../src/engine/shell/state/stop-word.ts";
import { uuid7 } from "@fleet/kit/uuid";
import type { Tuning } from "../../src/settings/tuning.ts";
import { environOf, isAlive, living, processesWith } from "./living.ts";
import { personIn } from "./person.ts";
import { call, type InProcess, superviseHere } from "./in-process.ts";
import { QUICK_TUNING } from "./quick.ts";
import { until } from "./until.ts";
import { Template } from "../../../kit/test/template.ts";

/** The built command; FLEET_UNDER_TEST names another build of it. */
export const FLEET = process.env["FLEET_UNDER_TEST"] ?? fileURLToPath(new URL("../../dist/fleet.js", import.meta.url));

/** Quick enough for tests; every one of them is a setting that a person could write. */
const QUICK = {
  default_coder: "shell",
  max_concurrent: "8",
  poll_interval: "100ms",
  retry_backoff: "100ms",
  retry_backoff_max: "200ms",
  kill_grace: "500ms",
  shutdown_grace: "500ms",
  limit_pause: "60s",
  // Most tests have several agents in their one project at once; those of that say what they want.
  max_per_cwd: "1000",
  // What is tested is what becomes of attempts: most of them change nothing. Tests of evidence say what they want.
  evidence: "activity",
  // Each is a dozen gits.
  snapshots: "off",
} as const;

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly stdin?: string;
  /** Milliseconds until it is killed, which then is its end: code is null. */
  readonly timeout?: number;
  /** The built command, in a process of its own: for tests of that, and of several at once. */
  readonly own?: boolean;
}

export interface TaskOptions {
  readonly coder?: string;
  readonly priority?: number;
  readonly cwd?: string;
  readonly needs?: readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export { isAlive, processesWith };

/** What signals a supervisor, waits as a process that others judge, or is bounded in time; and another build than this one. */
const needsOwn = ([first, second]: readonly string[], { own, timeout }: RunOptions): boolean =>
  own === true ||
  process.env["FLEET_UNDER_TEST"] !== undefined ||
  timeout !== undefined ||
  first === "ask" ||
  first === "mcp" ||
  (first === "run" && second !== "status");

const making = (prefix: string) => (home: string) =>
  createHome(home, {
    prefix,
    author: { name: "Ann", email: "ann@example.org" },
    seconds: Math.floor(Date.now() / 1000),
  });
/** By prefix. */
const HOMES = new Map<string, Template>();

export class Fleet implements AsyncDisposable {
  readonly root = mkdtempSync(join(realpathSync(tmpdir()), "fleet-e2e-"));
  readonly home = join(this.root, "home");
  readonly project = join(this.root, "project");
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly store: Store;
  #inProcess: InProcess | undefined;

  private constructor(tuning: Partial<Tuning>) {
    mkdirSync(this.project);
    mkdirSync(join(this.root, "user"));
    this.env = {
      ...personIn(join(this.root, "user")),
      FLEET_HOME: this.home,
      FLEET_CGROUP: "off",
      FLEET_TUNING: JSON.stringify({ ...QUICK_TUNING, ...tuning }),
    };
    this.store = new Store(this.home);
  }

  /** `settings` are YAML values as a person writes them; `more` is put below them as it is; `tuning` is for its commands. */
  static async make(
    settings: Readonly<Record<string, string>> = {},
    more = "",
    tuning: Partial<Tuning> = {},
    prefix = "tt",
  ): Promise<Fleet> {
    const fleet = new Fleet(tuning);
    const template = HOMES.get(prefix) ?? new Template(making(prefix));
    HOMES.set(prefix, template);
    await template.copyTo(fleet.home);
    fleet.configure(settings, more);
    return fleet;
  }

  configure(settings: Readonly<Record<string, string>>, more = ""): void {
    const lines = Object.entries({ ...QUICK, ...settings }).map(([key, value]) => `${key}: ${value}`);
    writeFileSync(join(this.home, "config.yaml"), `${lines.join("\n")}\n${more}`);
  }

  act(actor = "ann"): Act {
    return { actor, email: `${actor}@example.org`, now: Date.now(), uuid: () => uuid7() };
  }

  /** The command, to its end: in the test's own process, unless it needs one of its own. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
    if (!needsOwn(args, options)) {
      const { cwd = this.project, stdin = "" } = options;
      return await call(args, { env: { ...this.env, ...options.env }, cwd, stdin });
    }
    const child = this.spawn(args, options);
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    // A command that reads none may end before this is written, as with a shell's pipe.
    child.stdin.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
    child.stdin.end(options.stdin ?? "");
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    return { code, stdout, stderr };
  }

  spawn(args: readonly string[], options: RunOptions = {}) {
    const env = { ...this.env, ...options.env };
    const cwd = options.cwd ?? this.project;
    const bound = options.timeout === undefined ? {} : { timeout: options.timeout, killSignal: "SIGKILL" as const };
    return spawn(process.execPath, [FLEET, ...args], { cwd, env, stdio: "pipe", ...bound });
  }

  /** As `run`, refusing any exit code but 0. */
  async ok(args: readonly string[], options: RunOptions = {}): Promise<string> {
    const { code, stdout, stderr } = await this.run(args, options);
    if (code !== 0) throw new Error(`fleet ${args.join(" ")}: exit ${String(code)}\n${stdout}${stderr}`);
    return stdout;
  }

  /** A task of the shell coder, unless said otherwise; made in process, because a hundred of them are. */
  async task(title: string, description: string, options: TaskOptions = {}): Promise<string> {
    const act = this.act();
    const made = await this.store.transact(act, (snapshot) =>
      create(snapshot, act, {
        title,
        description,
        type: "task",
        priority: options.priority ?? 2,
        metadata: {
          cwd: options.cwd ?? this.project,
          ...(options.coder === undefined ? {} : { coder: options.coder }),
          ...options.metadata,
        },
        edges: (options.needs ?? []).map((to) => ({ to, type: "blocks" })),
      }),
    );
    return made.issue.id;
  }

  issue(id: string): Issue {
    const issue = this.store.snapshot().issue(id);
    if (issue === undefined) throw new Error(`${id} is not in the store`);
    return issue;
  }

  /** Where attempt `n` of a task is recorded. */
  dir(id: string, n = 1): string {
    return join(attemptsDir(this.home, id), String(n));
  }

  outcome(id: string, n = 1): OutcomeRecord | undefined {
    return readOutcome(this.dir(id, n));
  }

  /** How its attempts ended, in order. */
  outcomes(id: string): (string | undefined)[] {
    return attemptsOf(this.home, id).map(({ dir }) => readOutcome(dir)?.kind);
  }

  /** The issue when it has this status and no attempt is recorded on it. */
  async settled(id: string, status: string, millis?: number): Promise<Issue> {
    try {
      return await until(
        `${id} ${status}`,
        () => {
          const issue = this.issue(id);
          return issue.status === asStatus(status) && heldBy(issue) === undefined && issue;
        },
        millis,
      );
    } catch (error) {
      throw new Error(`${String(error)}\n${JSON.stringify(this.issue(id), null, 1)}\n${this.journal()}`, {
        cause: error,
      });
    }
  }

  async attempted(id: string, n = 1): Promise<OutcomeRecord> {
    try {
      return await until(`outcome of attempt ${n} of ${id}`, () => {
        const outcome = this.outcome(id, n);
        return (heldBy(this.issue(id))?.n ?? 0) !== n && outcome;
      });
    } catch (error) {
      throw new Error(`${String(error)}\n${JSON.stringify(this.issue(id), null, 1)}\n${this.journal()}`, {
        cause: error,
      });
    }
  }

  tries(id: string): number {
    return fleetRecord(this.issue(id)).tries ?? 0;
  }

  /** What a task's script wrote into ran.ID of the project; empty until it did. */
  ran(id: string): string {
    const path = join(this.project, `ran.${id}`);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  }

  /** All comments on it. */
  comments(id: string): string {
    return (this.issue(id).comments ?? []).map(({ text }) => text).join("\n");
  }

  /** Waits for a file in the project, and reads it. */
  async file(name: string): Promise<string> {
    const path = join(this.project, name);
    return await until(
      `file ${name}`,
      () => existsSync(path) && readFileSync(path, "utf8") !== "" && readFileSync(path, "utf8"),
    );
  }

  write(name: string, text = ""): void {
    writeFileSync(join(this.project, name), text);
  }

  journal(): string {
    const path = join(this.home, "run", "supervisor.log");
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  }

  /** Supervises this home in the test's own process, which costs a fraction; attempts are processes as ever. */
  async supervise(): Promise<void> {
    if (this.#inProcess !== undefined) throw new Error("this home is supervised already");
    if (process.env["FLEET_UNDER_TEST"] !== undefined) return void (await this.start());
    const own = superviseHere(this.home, this.env);
    this.#inProcess = own;
    void own.end.finally(() => (this.#inProcess = undefined)).catch(() => undefined);
    await until("the supervisor", () => this.supervisor());
  }

  /**
   * Starts the supervisor in the background, as `fleet run start` does, without that process; gives its pid. `before`: a
   * command that runs it, with its arguments.
   */
  async start(before: readonly string[] = []): Promise<number> {
    const path = join(this.home, "run", "supervisor.out");
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const out = openSync(path, "w", 0o600);
    const stdio: StdioOptions = ["ignore", out, out];
    const options = { cwd: this.home, env: this.env, stdio, detached: true };
    const [file, ...args] = [...before, process.execPath, FLEET, "run", "foreground"];
    const child = spawn(file, args, options);
    closeSync(out);
    child.unref();
    return await until("the supervisor", () => {
      if (child.exitCode !== null) throw new Error(`the supervisor did not start:\n${readFileSync(path, "utf8")}`);
      return this.supervisor();
    });
  }

  supervisor(): number | undefined {
    return leader(this.home)?.pid;
  }

  /** As `fleet run stop` does, so often, without waiting. */
  askToStop(times = 1): void {
    const supervisor = leader(this.home);
    if (supervisor === undefined) throw new Error("no supervisor to stop");
    for (let n = 0; n < times; n++) askToStop(this.home, supervisor, "ann");
    if (this.#inProcess === undefined) process.kill(supervisor.pid, "SIGTERM");
    else this.#inProcess.wake();
  }

  /** SIGKILL to the supervisor; its children know nothing of it. */
  async killSupervisor(): Promise<void> {
    const pid = this.supervisor();
    if (pid === undefined || pid === process.pid) throw new Error("no supervisor to kill");
    process.kill(pid, "SIGKILL");
    await until("the supervisor's death", () => !isAlive(pid));
  }

  /** Processes of this home's attempts and supervisor. */
  processes(): number[] {
    return processesWith("FLEET_HOME", this.home);
  }

  /** Those that belong to attempts. */
  attemptProcesses(): number[] {
    const supervisor = this.supervisor();
    const isAttempts = (pid: number): boolean => environOf(pid).some((one) => one.startsWith("FLEET_ATTEMPT_ID="));
    return this.processes().filter((pid) => pid !== supervisor && isAttempts(pid));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const pid = this.supervisor();
    if (this.#inProcess !== undefined) {
      this.askToStop(2);
      await this.#inProcess.end;
    } else if (pid !== undefined) {
      this.askToStop(2);
      await until("the supervisor's end", () => !isAlive(pid)).catch(() => process.kill(pid, "SIGKILL"));
    }
    const left = await until("no process left", () => this.processes().length === 0 && "none", 2_000).catch(() =>
      living((_, environ) => environ.includes(`FLEET_HOME=${this.home}`)).map(
        ({ pid: one, command }) => `${one} ${command}`,
      ),
    );
    for (const one of this.processes()) process.kill(one, "SIGKILL");
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
    if (left !== "none") throw new Error(`processes left over:\n${left.join("\n")}`);
  }
}
