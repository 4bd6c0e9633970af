/**
 * What completions leave behind: each made once, for real, by sh and git in a small repository of its own, with git's trace; what is
 * known of it afterwards serves all completions of that kind.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { openRepository } from "@fleet/kit/git/repository";

import { listAfter, listBefore, type Listing } from "../../../src/attempts/evidence/listing.ts";
import { traceVariables } from "../../../src/attempts/ran/target.ts";
import { Template } from "../../../../kit/test/template.ts";

export interface Effect {
  /** By the attempt; `$S` is a directory of its own beside the working tree. */
  readonly does: string;
  /** By another attempt in the same directory, before and after that. */
  readonly beside?: string;
  /** In a directory without a repository. */
  readonly plain?: boolean;
}

export interface Scene {
  readonly cwd: string;
  readonly before: Listing;
  readonly after: Listing;
  /** What git wrote of the attempt's commands, and of the other's. */
  readonly trace: string;
  readonly otherTrace: string;
}

const root = realpathSync(mkdtempSync(join(tmpdir(), "fleet-completions-")));
export const cleanUp = (): void => rmSync(root, { recursive: true, force: true });
const HOME = join(root, "home");
mkdirSync(HOME);
writeFileSync(join(HOME, ".gitconfig"), "[user]\nname = P\nemail = p@example\n[init]\ndefaultBranch = main\n");
const ENV = { PATH: process.env["PATH"] ?? "", HOME, GIT_CONFIG_NOSYSTEM: "1" };

const run = (cwd: string, script: string, more: Readonly<Record<string, string>> = {}): void =>
  void execFileSync("sh", ["-ec", script], { cwd, env: { ...ENV, ...more }, stdio: "ignore" });

const REPOSITORY = `git init -q --template= ; mkdir src test; echo one >src/a; echo two >src/b; echo t >test/a; echo built >.gitignore
  git add .; git commit -qm first; git checkout -q -b side; echo side >src/side; git add .; git commit -qm side; git checkout -q main`;

const template = new Template(async (dir) => {
  mkdirSync(dir);
  run(dir, REPOSITORY);
});

/** Each copy begins alike. */
let first: Listing | undefined;

async function begun(cwd: string, looking: Parameters<typeof listBefore>[2], plain: boolean): Promise<Listing> {
  if (plain) return await listBefore({ kind: "none" }, cwd, looking);
  first ??= await listBefore(await openRepository(cwd, ENV), cwd, looking);
  return { ...first, top: cwd, at: new Date(looking.wall).toISOString() };
}

let made = 0;

export async function scene({ does, beside, plain = false }: Effect): Promise<Scene> {
  const at = join(root, String(++made));
  const cwd = join(at, "work");
  mkdirSync(at);
  if (plain) {
    mkdirSync(join(cwd, "src"), { recursive: true });
    writeFileSync(join(cwd, "src", "a"), "one\n");
  } else await template.copyTo(cwd);
  const looking = { env: ENV, skip: "/nowhere", wall: Date.now() };
  const before = await begun(cwd, looking, plain);
  const [trace, otherTrace] = [join(at, "trace"), join(at, "other-trace")];
  for (const path of [trace, otherTrace]) writeFileSync(path, "");
  mkdirSync(join(at, "scratch"));
  const other = beside === undefined ? undefined : traceVariables({ kind: "own" }, "other", otherTrace);
  if (beside !== undefined) run(cwd, `n=1; ${beside}`, other);
  if (does !== "") run(cwd, does, { S: join(at, "scratch"), ...traceVariables({ kind: "own" }, "own", trace) });
  if (beside !== undefined) run(cwd, `n=2; ${beside}`, other);
  const after = await listAfter(before, looking);
  return { cwd, before, after, trace: readFileSync(trace, "utf8"), otherTrace: readFileSync(otherTrace, "utf8") };
}
