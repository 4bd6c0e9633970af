/**
 * Which folder may import which: each layer only what stands below it. Peers of one layer (cli, bd, mcp) may know each
 * other; what a test imports is its own affair. `import type` counts, too: a type that points upwards is the same knot.
 */
import { dirname, relative, resolve, sep } from "node:path";

/** From the top down. A file directly in src (fleet.ts, main.ts, start.ts) is the program's entry, above all of them. */
export const LAYERS = [
  { name: "entry", folders: [""] },
  { name: "cli, bd, mcp", folders: ["cli", "bd", "mcp"] },
  { name: "app", folders: ["app"] },
  { name: "engine/shell", folders: ["engine/shell"] },
  { name: "engine/core", folders: ["engine/core"] },
  { name: "attempts, workspaces, landing", folders: ["attempts", "workspaces", "landing"] },
  { name: "settings, program", folders: ["settings", "program"] },
];

/**
 * A command turns arguments into an operation or a view of app, and a screen turns what comes back into text: below app they
 * import nothing but kit. Left out is what is no command of a person's, or a process by itself.
 */
const FRONT = ["cli/commands/", "cli/screens/"];
const BELOW_APP = new Map([
  ["mcp.ts", "is the server's process"],
  ["check-push.ts", "is called by git, in a push"],
  ["merge-driver.ts", "is called by git, in a merge"],
  ["scope-hook.ts", "is called by a coder, before a write"],
  ["service.ts", "writes down how this program is started"],
  ["shim.ts", "writes down how this program is started"],
]);
const APP_ONLY = ["cli", "app"];

/** What is wrong with an import of a command; `to` as `trouble` has it, or the name of a package. */
export function commandTrouble(from, to) {
  const folder = FRONT.find((name) => from.startsWith(name));
  if (folder === undefined || BELOW_APP.has(from.slice(folder.length))) return undefined;
  const isBelow = to.startsWith("@fleet/")
    ? !to.startsWith("@fleet/kit/")
    : !APP_ONLY.some((folder) => to.startsWith(`${folder}/`)) && layerOf(to) !== 0;
  return isBelow
    ? `a command or screen imports app and kit only, not ${to}: make it an operation or a view of app`
    : undefined;
}

/** Files that nobody outside their folder imports. */
const PRIVATE = [{ file: "attempts/records/files.ts", folder: "attempts", ask: "a function of attempts/records" }];

const SRC = ["packages", "fleet", "src"].join(sep);

/** The layer of a file of packages/fleet/src, by its path there; undefined for a file of no known folder. */
export function layerOf(path) {
  const folder = dirname(path);
  if (folder === ".") return 0;
  const at = LAYERS.findIndex(({ folders }) =>
    folders.some((name) => name !== "" && (folder === name || folder.startsWith(`${name}/`))),
  );
  return at < 0 ? undefined : at;
}

/** What is wrong with this import, in words; undefined where nothing is. Paths as `layerOf` takes them. */
export function trouble(from, to) {
  const hidden = PRIVATE.find(({ file, folder }) => to === file && !from.startsWith(`${folder}/`));
  if (hidden !== undefined) return `${hidden.file} is private to ${hidden.folder}: use ${hidden.ask}`;
  const [upper, lower] = [layerOf(from), layerOf(to)];
  if (upper === undefined) return `${dirname(from)} belongs to no layer: name it in scripts/lint/layers.mjs`;
  if (lower === undefined) return `${dirname(to)} belongs to no layer: name it in scripts/lint/layers.mjs`;
  if (lower >= upper) return undefined;
  return `${LAYERS[upper].name} imports nothing of ${LAYERS[lower].name}, which stands above it`;
}

const direction = {
  create(context) {
    const file = context.filename ?? context.getFilename();
    const at = file.lastIndexOf(`${SRC}${sep}`);
    if (at < 0) return {};
    const root = file.slice(0, at + SRC.length);
    const inside = (path) => relative(root, path).split(sep).join("/");
    const check = (node, source) => {
      if (source?.type !== "Literal" || typeof source.value !== "string") return;
      const isOurs = source.value.startsWith(".");
      if (!isOurs && !source.value.startsWith("@fleet/")) return;
      const to = isOurs ? inside(resolve(dirname(file), source.value)) : source.value;
      const message = (isOurs ? trouble(inside(file), to) : undefined) ?? commandTrouble(inside(file), to);
      if (message !== undefined) context.report({ node, message });
    };
    return {
      ImportDeclaration: (node) => check(node, node.source),
      ImportExpression: (node) => check(node, node.source),
      ExportNamedDeclaration: (node) => check(node, node.source),
      ExportAllDeclaration: (node) => check(node, node.source),
    };
  },
};

export default { meta: { name: "layers" }, rules: { direction } };
