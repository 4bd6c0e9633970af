/** What a command loads before it does anything is most of what it costs: by the static imports of its file, all the way down. */
import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const PACKAGES = fileURLToPath(new URL("../../..", import.meta.url));
/** Types are gone once it is built; `import()` is what is loaded later. */
const IMPORT = /^(?:import|export)(?! type)[^;]*? from "([^"]+)";$|^import "([^"]+)";$/gm;

function fileOf(from: string, name: string): string | undefined {
  if (name.startsWith(".")) return resolve(dirname(from), name);
  const [, one = "", path = ""] = /^@fleet\/(\w+)\/(.+)$/.exec(name) ?? [];
  return one === "" ? undefined : join(PACKAGES, one, "src", `${path}.ts`);
}

/** Our files, as `fleet/src/…`, and others' packages by their names. */
function loadedBy(file: string): Set<string> {
  const found = new Set<string>();
  const todo = [join(PACKAGES, file)];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const name = relative(PACKAGES, next);
    if (found.has(name)) continue;
    found.add(name);
    for (const [line = "", from, bare] of readFileSync(next, "utf8").matchAll(IMPORT)) {
      // All that it names are types.
      if (/^(?:import|export) \{(?:\s*type \w+(?: as \w+)?,?)+\s*\} from/.test(line)) continue;
      const to = from ?? bare ?? "";
      const path = fileOf(next, to);
      if (path === undefined) found.add(to);
      else todo.push(path);
    }
  }
  return found;
}

const SETTINGS = ["js-yaml", "fleet/src/settings/schema.ts", "coders/src/registry.ts"];
const PROGRAMS = ["execa", "simple-git", "kit/src/process/run.ts"];
const LANDS = ["fleet/src/landing/land.ts", "fleet/src/workspaces/clone.ts", "fleet/src/app/operations/land.ts"];
const WRITES = ["store/src/transact.ts", "store/src/inside.ts", "store/src/ops/edges.ts", "store/src/ops/update.ts"];

test.each([
  ["fleet/src/cli/words.ts", ["zod", "chalk", ...SETTINGS, ...PROGRAMS]],
  ["fleet/src/cli/commands/log.ts", ["zod", ...SETTINGS, ...PROGRAMS]],
  ["fleet/src/cli/commands/tasks.ts", [...SETTINGS, ...PROGRAMS]],
  ["fleet/src/cli/commands/top.ts", [...SETTINGS, ...PROGRAMS, ...LANDS]],
  ["fleet/src/tui/top.ts", [...SETTINGS, ...PROGRAMS, ...LANDS]],
  ["fleet/src/cli/commands/accounts.ts", [...SETTINGS, ...PROGRAMS]],
  ["fleet/src/cli/commands/run.ts", [...SETTINGS, ...PROGRAMS]],
  ["fleet/src/cli/commands/explain.ts", PROGRAMS],
  ["fleet/src/bd/verbs/ready.ts", ["zod", "chalk", ...SETTINGS, ...PROGRAMS]],
  ["fleet/src/bd/verbs/list.ts", ["zod", "chalk", ...SETTINGS, ...PROGRAMS]],
  ["fleet/src/bd/verbs/dep.ts", ["zod", "chalk", ...WRITES, ...PROGRAMS]],
  ["fleet/src/bd/verbs/label.ts", ["zod", "chalk", ...WRITES, ...PROGRAMS]],
  ["fleet/src/bd/verbs/comments.ts", ["zod", "chalk", ...WRITES, ...PROGRAMS]],
  ["fleet/src/bd/verbs/memories.ts", ["zod", "chalk", ...WRITES, ...PROGRAMS]],
  ["fleet/src/bd/verbs/prime.ts", ["zod", "chalk", ...WRITES, ...PROGRAMS]],
  ["fleet/src/bd/verbs/create.ts", ["zod", "chalk", ...SETTINGS, ...PROGRAMS]],
  ["fleet/src/bd/created.ts", ["zod", "zod/mini", "chalk", ...SETTINGS, ...PROGRAMS]],
  ["fleet/src/app/views/clone-of.ts", ["zod", "zod/mini", "chalk", ...SETTINGS, ...PROGRAMS]],
])("%s loads none of %j to begin with", (file, unwanted) => {
  const loaded = loadedBy(file);
  expect(unwanted.filter((name) => loaded.has(name))).toEqual([]);
});

test("the imports are read as they are meant: all settings are below those in force", () => {
  const loaded = loadedBy("fleet/src/settings/in-force.ts");
  expect(SETTINGS.filter((name) => loaded.has(name))).toEqual(SETTINGS);
});
