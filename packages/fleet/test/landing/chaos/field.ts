/**
 * What landers are killed over: a person's repository with a remote, a home, and tasks that the shell coder has done in clones and
 * that wait to land. Of the tasks two conflict with each other, and two are green alone and red together.
 */
import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { landingOf } from "@fleet/store/claims";
import type { Issue } from "@fleet/store/issue";
import { find } from "@fleet/store/ops/find";
import { Store } from "@fleet/store/store";

import { bundle } from "../../../../../scripts/bundle.mjs";
import { personIn } from "../../support/person.ts";

/** checkout: the target is checked out where the person works · elsewhere: nowhere · push: it is a branch of the remote. */
export const WAYS = ["checkout", "elsewhere", "push"] as const;
export type Way = (typeof WAYS)[number];

/** The built command. */
export const FLEET = join(import.meta.dirname, "../../../dist/fleet.js");
/** Milliseconds, for all tasks to be done. */
const PATIENCE = 240_000;
const LINES = 120;
/** Tasks that can't all land: the last four of them. */
const PAIRED = 4;
/** Of these pairs one each stays out. */
export const STAY_OUT = 2;

const CHECK = `test ! -e pair-a -o ! -e pair-b || { echo both; exit 1; }
for first in steps-*-1; do [ ! -e "$first" ] || [ -e "\${first%-1}-3" ] || { echo "$first alone"; exit 3; }; done
! grep -q '<<<<' shared
`;

export const put = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};

export interface FieldOptions {
  /** An empty directory. */
  readonly dir: string;
  readonly seed: number;
  readonly tasks: number;
  readonly way: Way;
}

export class Field {
  readonly repo: string;
  readonly bare: string;
  readonly other: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  readonly worker: string;
  ids: readonly string[] = [];

  constructor(readonly options: FieldOptions) {
    const { dir } = options;
    [this.repo, this.home, this.worker] = [join(dir, "repo"), join(dir, "home"), join(dir, "worker.mjs")];
    [this.bare, this.other] = [join(dir, "bare.git"), join(dir, "other")];
    for (const one of [join(dir, "user"), this.repo]) mkdirSync(one);
    const person = Object.entries(personIn(join(dir, "user"))).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    );
    this.env = { ...Object.fromEntries(person), FLEET_HOME: this.home, FLEET_CGROUP: "off" };
  }

  readonly git = (...args: string[]): string => this.gitIn(this.repo, ...args);
  readonly gitIn = (cwd: string, ...args: string[]): string =>
    execFileSync("git", args, { cwd, env: this.env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

  /** As a person runs it, while everything else goes on; whether it did what it was asked. */
  readonly tries = async (cwd: string, ...args: string[]): Promise<boolean> =>
    await new Promise((resolve) => {
      execFile("git", args, { cwd, env: this.env }, (error) => resolve(error === null));
    });

  readonly fleet = (...args: string[]): string =>
    execFileSync(process.execPath, [FLEET, ...args], {
      cwd: this.repo,
      env: this.env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    });

  /** Where the target is, and its name. */
  target(): { readonly gitDir: string; readonly branch: string } {
    return { gitDir: this.options.way === "push" ? this.bare : join(this.repo, ".git"), branch: "main" };
  }

  /** Whether the check passes on the files there. */
  passes(dir: string): boolean {
    try {
      execFileSync("sh", ["check.sh"], { cwd: dir, env: this.env, stdio: "ignore" });
      return true;
    } catch {
      return false;
    }
  }

  async fill(): Promise<void> {
    this.makeRepository();
    this.fleet("init");
    const via = this.options.way === "push" ? "push" : "branch";
    const settings = { default_coder: "shell", isolate: "clone", land: "manual", max_concurrent: "4", via };
    this.fleet("config", "set", ...Object.entries(settings).map(([name, value]) => `${name}=${value}`));
    this.ids = Array.from({ length: this.options.tasks }, (_, n) => this.create(n));
    await bundle(join(import.meta.dirname, "worker.ts"), this.worker);
    await this.work();
    if (this.options.way !== "checkout") this.git("switch", "-q", "-c", "mine");
    for (const [path, text] of Object.entries(this.own())) put(join(this.repo, path), text);
    this.git("add", "staged");
  }

  private makeRepository(): void {
    const { dir, tasks } = this.options;
    this.git("init", "-q", "-b", "main");
    put(join(this.repo, "shared"), Array.from({ length: LINES }, (_, at) => `line ${at}\n`).join(""));
    put(join(this.repo, "check.sh"), CHECK);
    put(join(this.repo, ".gitignore"), "ignored\n");
    for (const name of ["dirty", "staged", "renamed"]) put(join(this.repo, name), "as it was\n");
    for (let n = 0; n < tasks; n++) put(join(this.repo, `gone-${n}`), `${n}\n`);
    this.git("add", "-A");
    this.git("commit", "-qm", "first");
    this.gitIn(dir, "clone", "-q", "--bare", this.repo, this.bare);
    this.git("remote", "add", "origin", this.bare);
    this.git("fetch", "-q", "origin");
    this.git("branch", "-q", "--set-upstream-to=origin/main", "main");
    this.gitIn(dir, "clone", "-q", this.bare, this.other);
  }

  private create(n: number): string {
    const [title, script] = [`Do ${n}`, scriptOf(n, this.options.tasks)];
    return this.fleet(
      "bd",
      "create",
      title,
      "-d",
      script,
      "--check",
      "sh check.sh",
      "--target",
      "main",
      "--silent",
    ).trim();
  }

  /** All tasks to their end, by a supervisor. */
  private async work(): Promise<void> {
    this.fleet("run", "start");
    try {
      for (const until = Date.now() + PATIENCE; this.issues().some((issue) => landingOf(issue) === undefined);) {
        if (Date.now() > until) throw new Error(`not all is done:\n${this.fleet("bd", "list", "--all")}`);
        await sleep(300);
      }
    } finally {
      this.fleet("run", "stop");
    }
  }

  /** As the queue has them now. */
  issues(): readonly Issue[] {
    const snapshot = new Store(this.home).snapshot();
    return this.ids.map((id) => find(snapshot, id));
  }

  /** What the person has and does not commit. */
  own(): Readonly<Record<string, string>> {
    const text = `mine ${this.options.seed}\n`;
    return { dirty: text, staged: text, notes: text, ignored: text };
  }
}

/** What the task's agent does: a shell script. */
function scriptOf(n: number, tasks: number): string {
  const line = (at: number): string => `sed -i 's/^line ${at}$/line ${at} of ${n}/' shared`;
  const commit = (words: string): string => `git add -A && git commit -qm '${words}'`;
  switch (n - (tasks - PAIRED)) {
    case 0:
    case 1:
      return `${line(LINES - 1)} && ${commit(`conflict ${n}`)}`;
    case 2:
      return `touch pair-a && ${commit("pair a")}`;
    case 3:
      return `touch pair-b && ${commit("pair b")}`;
    default:
      break;
  }
  const files = `mkdir -p made/${n} && for i in 1 2 3 4 5 6 7 8 9 10 11 12; do seq 1 400 > made/${n}/$i; done`;
  const basics = `${line(n * 3)} && ${files} && git rm -q gone-${n} && ln -s shared link-${n} && ${commit(`work of ${n}`)}`;
  switch (n % 4) {
    case 0:
      // Some of it is left uncommitted.
      return `${basics} && echo left > left-${n}`;
    case 1:
      return `${basics} && ${[1, 2, 3].map((step) => `touch steps-${n}-${step} && ${commit(`step ${step} of ${n}`)}`).join(" && ")}`;
    case 2:
      return `${basics} && printf '\\000\\001' > binary-${n} && chmod +x check.sh && ${commit(`binary of ${n}`)}`;
    default:
      return basics;
  }
}
