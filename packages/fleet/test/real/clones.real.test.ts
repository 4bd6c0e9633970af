/** Real claudes side by side, each in its clone of one repository: what they made is in the depot, and the repository as it was. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

import { expect } from "vitest";

import { attemptsOf } from "../../src/attempts/records/paths.ts";
import { readTaken } from "../../src/attempts/records/taken.ts";
import { pictureOf } from "../workspaces/support.ts";
import { WELL } from "./api.ts";
import { makeLab, real } from "./lab.ts";

/** Each is 200 MB of memory and some seconds of a processor; WORKSPACES=50 is for machines that have that. */
const MANY = Number(process.env["WORKSPACES"] ?? 6);

const script = (n: number): string =>
  [
    `echo ${n} > own-${n} && git add own-${n} && git commit -qm work-${n}`,
    `echo stashed > stashed && git stash -q -u`,
    `git init -q -b main inner && git -C inner commit -q --allow-empty -m inner-${n}`,
    `echo left > left-${n}`,
  ].join(" && ");

real(
  ["claude"],
  "claudes in clones of one repository keep all that they make, and gc lets none of it go",
  async () => {
    const lab = await makeLab({ coders: ["claude"], settings: { isolate: "clone", max_concurrent: MANY } });
    await lab.api("claude").script(WELL);
    const project = lab.project();
    const before = pictureOf(project);
    const ids: string[] = [];
    for (let n = 0; n < MANY; n++) ids.push(await lab.task({ coder: "claude", description: `Run: \`${script(n)}\`` }));
    await lab.start();
    for (const id of ids) await lab.reaches(id, "closed", 240_000);
    expect(pictureOf(project)).toEqual(before);
    const git = (dir: string, ...args: string[]): string =>
      execFileSync("git", args, { cwd: dir, encoding: "utf8" }).trim();
    for (const [n, id] of ids.entries()) {
      const taken = readTaken(attemptsOf(lab.fleetHome, id)[0]?.dir ?? "");
      expect(taken).toMatchObject({ kind: "taken", nested: ["inner"], left: [] });
      const depot = taken?.kind === "taken" ? taken.depot : "";
      const at = `refs/attempts/${id}/1`;
      expect(git(depot, "log", "-1", "--format=%s", `${at}/branch`)).toBe(`work-${n}`);
      expect(git(depot, "show", `${at}/snapshot:left-${n}`)).toBe("left");
      expect(git(depot, "ls-tree", "--name-only", `${at}/stash/0^3`)).toBe("stashed");
      expect(git(depot, "log", "-1", "--format=%s", `${at}/nested/0/heads/main`)).toBe(`inner-${n}`);
      expect(await lab.left(id)).toEqual([]);
    }
    await lab.fleet(["gc", "--older-than", "0s", "--yes"]);
    const [first = ""] = ids;
    expect(existsSync(join(lab.fleetHome, "work", first))).toBe(false);
    expect((await lab.fleet(["task", first, "diff", "--name-only"])).trim().split("\n")).toContain("own-0");
    await lab.fleet(["checkout", first, "--branch", "out"], { cwd: project });
    expect(git(project, "log", "-1", "--format=%s", "out")).toBe("work-0");
  },
  300_000,
);
