/** A home that an earlier build has left, from its files in fixtures/homes (written by scripts/upgrade/home.mjs). */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Fleet } from "./fleet.ts";

const HOMES = fileURLToPath(new URL("../../../../fixtures/homes/", import.meta.url));

/** In place of the new home of this fleet; its tasks work in ROOT/work. */
export function leaveFormerHome({ home, root, store }: Fleet, name: string): void {
  const from = join(HOMES, name);
  const here = (text: string): string => text.replaceAll("@ROOT@", root);
  for (const [what, where] of [
    ["tasks", join(home, "tasks")],
    ["run", join(home, "run")],
    ["config.yaml", join(home, "config.yaml")],
    ["git-fleet", join(store.gitDir, "fleet")],
  ] as const) {
    rmSync(where, { recursive: true, force: true });
    cpSync(join(from, what), where, { recursive: true });
  }
  for (const path of readdirSync(home, { recursive: true, encoding: "utf8" }).map((one) => join(home, one)))
    if (/\/(?:tasks|fleet|run)\//.test(path) && statSync(path).isFile())
      writeFileSync(path, here(readFileSync(path, "utf8")));
  mkdirSync(join(root, "work"));
  const input = mapped(readFileSync(join(from, "history")), here);
  execFileSync("git", ["--git-dir", store.gitDir, "fast-import", "--quiet", "--force"], { input });
}

/** A stream of fast-export with other data, each of which tells its length. */
function mapped(stream: Buffer, change: (text: string) => string): string {
  const parts: string[] = [];
  let at = 0;
  for (let end = stream.indexOf("\n"); end >= 0; end = stream.indexOf("\n", at)) {
    const line = stream.toString("utf8", at, end);
    const length = /^data (\d+)$/.exec(line)?.[1];
    at = end + 1 + Number(length ?? 0);
    const data = change(stream.toString("utf8", end + 1, at));
    parts.push(length === undefined ? `${line}\n` : `data ${Buffer.byteLength(data)}\n${data}`);
  }
  return parts.join("");
}
