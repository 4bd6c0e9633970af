/** Real claudes side by side, each in its clone of one repository: what they made is in the depot, and the repository as it was. */
import { existsSync } from "node:fs";
import { join } from "node:path";

import { expect } from "vitest";

import { attemptsOf } from "../../src/attempts/records/paths.ts";
import { readTaken } from "../../src/attempts/records/taken.ts";
import { pictureOf } from "../workspaces/support.ts";
import { WELL } from "./api.ts";
import { makeLab, real } from "./lab.ts";

/** With 50 it takes some minutes. */
const MANY = Number(process.env["WORKSPACES"] ?? 8);
/** Each is 200 MB of memory and some seconds of a processor; the workspaces stand side by side all the same. */
const AT_ONCE = 6;

const PATIENCE = 120_000 + 20_000 * MANY;

/** Its name is its content's digest in git-lfs; here it is only to be found again. */
const lfs = (n: number): string => `abcd${String(n).padStart(60, "0")}`;

const script = (n: number): string =>
  [
    `echo ${n} > own-${n} && git add own-${n} && git commit -qm work-${n}`,
    `echo stashed > stashed && git stash -q -u`,
    `git init -q -b main inner && git -C inner commit -q --allow-empty -m inner-${n}`,
    "git -c protocol.file.allow=always submodule --quiet update --init sub",
    `git -C sub commit -q --allow-empty -m in-sub-${n} && git add sub && git commit -qm sub-${n}`,
    `mkdir -p .git/lfs/objects/ab/cd && echo ${n} > .git/lfs/objects/ab/cd/${lfs(n)}`,
    `echo left > left-${n}`,
  ].join(" && ");

real(
  ["claude"],
  "claudes in clones of one repository keep all that they make, and gc lets none of it go",
  async () => {
    const lab = await makeLab({ coders: ["claude"], settings: { isolate: "clone", max_concurrent: AT_ONCE } });
    await lab.api("claude").script(WELL);
    const project = lab.project();
    const git = (dir: string, ...args: string[]): string => lab.git(dir, "-c", "protocol.file.allow=always", ...args);
    git(project, "init", "-q", "../module");
    git(join(project, "../module"), "commit", "-q", "--allow-empty", "-m", "module");
    git(project, "submodule", "--quiet", "add", join(project, "../module"), "sub");
    git(project, "commit", "-qm", "with a submodule");
    const before = pictureOf(project);
    const ids: string[] = [];
    for (let n = 0; n < MANY; n++) ids.push(await lab.task({ coder: "claude", description: `Run: \`${script(n)}\`` }));
    await lab.start();
    for (const id of ids) await lab.reaches(id, "closed", PATIENCE);
    expect(pictureOf(project)).toEqual(before);
    for (const [n, id] of ids.entries()) {
      const taken = readTaken(attemptsOf(lab.fleetHome, id)[0]?.dir ?? "");
      expect(taken).toMatchObject({ kind: "taken", nested: ["inner", "sub"], left: [] });
      const depot = taken?.kind === "taken" ? taken.depot : "";
      const at = `refs/attempts/${id}/1`;
      expect(git(depot, "log", "-1", "--format=%s", `${at}/branch`)).toBe(`sub-${n}`);
      expect(git(depot, "show", `${at}/snapshot:left-${n}`)).toBe("left");
      expect(git(depot, "ls-tree", "--name-only", `${at}/stash/0^3`)).toBe("stashed");
      expect(git(depot, "log", "-1", "--format=%s", `${at}/nested/0/heads/main`)).toBe(`inner-${n}`);
      expect(git(depot, "log", "-1", "--format=%s", `${at}/nested/1/head`)).toBe(`in-sub-${n}`);
      expect(existsSync(join(depot, "taken-lfs", id, "ab/cd", lfs(n)))).toBe(true);
      expect(await lab.left(id)).toEqual([]);
    }
    // Each is taken once more before it goes.
    await lab.fleet(["gc", "--older-than", "0s", "--yes"], { timeout: 60_000 + 10_000 * MANY });
    const [first = ""] = ids;
    expect(existsSync(join(lab.fleetHome, "work", first))).toBe(false);
    expect((await lab.fleet(["task", first, "diff", "--name-only"])).trim().split("\n")).toContain("own-0");
    await lab.fleet(["checkout", first, "--branch", "out"], { cwd: project });
    expect(git(project, "log", "-1", "--format=%s", "out^")).toBe("sub-0");
    expect(git(project, "show", "out:left-0")).toBe("left");
  },
  2 * PATIENCE,
);
