/**
 * What completions leave behind: each made once, for real, by sh and git in a small repository of its own, with git's trace; what is
 * known of it afterwards serves all completions of that kind.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openRepository } from "@fleet/kit/git/repository";

import type { Listing } from "../../../src/attempts/evidence/listing.ts";
import { listAfter, listBefore } from "../../../src/attempts/evidence/look.ts";
import { traceVariables } from "../../../src/attempts/ran/target.ts";
import { Template } from "../../../../kit/test/template.ts";

export interface Effect {
  /** Before the task began. */
  readonly setup?: string;
  /** By the attempt; `$S` is a directory of its own beside the working tree. */
  readonly does: string;
  /** By another attempt in the same directory, before and after that. */
  readonly beside?: string;
  /** By a person there, meanwhile. */
  readonly person?: string;
  /** By an earlier attempt of the task, which ended for another reason before it could claim anything. */
  readonly earlier?: string;
  /** By somebody else, between those two. */
  readonly between?: string;
  /** In a directory without a repository. */
  readonly plain?: boolean;
}

export interface Scene {
  readonly cwd: string;
  readonly before: Listing;
  readonly after: Listing;
  /** Where the task began, and what is another since then; where an earlier attempt began it. */
  readonly base: Listing | undefined;
  readonly since: Listing | undefined;
  /** What the earlier attempt left. */
  readonly left: Listing | undefined;
  /** What git wrote of the attempt's commands, and of the other's. */
  readonly trace: string;
  readonly otherTrace: string;
}

const REPOSITORY = `git init -q --template= ; mkdir src test; echo one >src/a; echo two >src/b; echo t >test/a; echo built >.gitignore
  git add .; git commit -qm first; git checkout -q -b side; echo side >src/side; git add .; git commit -qm side; git checkout -q main`;

/** Where they are made; all of it goes with that. */
export class Scenes {
  readonly #root = realpathSync(mkdtempSync(join(tmpdir(), "fleet-completions-")));
  readonly #env: Readonly<Record<string, string>>;
  readonly #template: Template;
  /** Each copy begins alike. */
  #first: Listing | undefined;
  #made = 0;

  constructor() {
    const home = join(this.#root, "home");
    mkdirSync(home);
    writeFileSync(
      join(home, ".gitconfig"),
      '[user]\nname = P\nemail = p@example\n[init]\ndefaultBranch = main\n[protocol "file"]\nallow = always\n',
    );
    this.#env = { PATH: process.env["PATH"] ?? "", HOME: home, GIT_CONFIG_NOSYSTEM: "1" };
    this.#template = new Template(async (dir) => {
      mkdirSync(dir);
      this.#run(dir, REPOSITORY);
    });
  }

  [Symbol.dispose](): void {
    rmSync(this.#root, { recursive: true, force: true });
  }

  async make({ does, beside, earlier, between, person, setup, plain = false }: Effect): Promise<Scene> {
    const at = join(this.#root, String(++this.#made));
    const cwd = join(at, "work");
    mkdirSync(at);
    if (plain) {
      mkdirSync(join(cwd, "src"), { recursive: true });
      writeFileSync(join(cwd, "src", "a"), "one\n");
    } else await this.#template.copyTo(cwd);
    const [trace, otherTrace] = [join(at, "trace"), join(at, "other-trace")];
    for (const path of [trace, otherTrace]) writeFileSync(path, "");
    mkdirSync(join(at, "scratch"));
    if (setup !== undefined) this.#run(cwd, setup, { S: join(at, "scratch") });
    const base = setup === undefined ? await this.#begun(cwd, plain) : await this.#looked(cwd);
    if (earlier !== undefined) this.#run(cwd, earlier, { S: join(at, "scratch") });
    const left = earlier === undefined ? undefined : await listAfter(base, this.#looking());
    if (between !== undefined) this.#run(cwd, between);
    const before = earlier === undefined ? base : await this.#looked(cwd);
    const other = beside === undefined ? undefined : traceVariables({ kind: "own" }, "other", otherTrace);
    if (beside !== undefined) this.#run(cwd, `n=1; ${beside}`, other);
    const own = traceVariables({ kind: "own" }, "own", trace);
    if (person !== undefined) this.#run(cwd, person);
    if (does !== "") this.#run(cwd, does, { S: join(at, "scratch"), ...own });
    if (beside !== undefined) this.#run(cwd, `n=2; ${beside}`, other);
    const after = await listAfter(before, this.#looking());
    const since = earlier === undefined ? undefined : await listAfter(base, this.#looking());
    const [traced, otherTraced] = [readFileSync(trace, "utf8"), readFileSync(otherTrace, "utf8")];
    return { cwd, before, after, base: since && base, since, left, trace: traced, otherTrace: otherTraced };
  }

  #run(cwd: string, script: string, more: Readonly<Record<string, string>> = {}): void {
    execFileSync("sh", ["-ec", script], { cwd, env: { ...this.#env, ...more }, stdio: "ignore" });
  }

  #looking() {
    return { env: this.#env, skip: "/nowhere", wall: Date.now() };
  }

  async #looked(cwd: string): Promise<Listing> {
    return await listBefore(await openRepository(cwd, this.#env), cwd, this.#looking());
  }

  async #begun(cwd: string, plain: boolean): Promise<Listing> {
    const looking = this.#looking();
    if (plain) return await listBefore({ kind: "none" }, cwd, looking);
    this.#first ??= await this.#looked(cwd);
    return { ...this.#first, top: cwd, at: new Date(looking.wall).toISOString() };
  }
}
