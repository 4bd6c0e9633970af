/**
 * Which folder may import which: each layer only what stands below it. Peers of one layer (cli, bd, mcp) may know each
 * other; what a test imports is its own affair. `import type` counts, too: a type that points upwards is the same knot.
 */
import { dirname, relative, resolve, sep } from "node:path";

/** From the top down. A file directly in src (fleet.ts, main.ts, start.ts) is the program's entry, above all of them. */
export const LAYERS = [
  { name: "entry", folders: [""] },
  { name: "cli, bd, mcp, tui", folders: ["cli", "bd", "mcp", "tui"] },
  { name: "app", folders: ["app"] },
  { name: "engine/shell", folders: ["engine/shell"] },
  { name: "engine/core", folders: ["engine/core"] },
  { name: "attempts, workspaces, landing", folders: ["attempts", "workspaces", "landing"] },
  { name: "settings, program", folders: ["settings", "program"] },
];

/**
 * What front ends may import of what stands below app, the longest folder first: nothing but kit, and those that speak beads'
 * dialect the store, because a verb of `bd` is an operation of the store with its texts. A command turns arguments into an
 * operation or a view of app, and a screen turns what comes back into text, so those know no `bd` and no MCP either.
 */
const FRONTS = [
  { folder: "cli/commands/", peers: ["cli"], packages: ["kit"] },
  { folder: "cli/screens/", peers: ["cli"], packages: ["kit"] },
  { folder: "cli/", peers: ["cli", "bd"], packages: ["kit"] },
  { folder: "bd/", peers: ["cli", "bd"], packages: ["kit", "store"] },
  { folder: "tui/", peers: ["cli", "tui"], packages: ["kit"] },
  { folder: "mcp/", peers: ["cli", "bd", "mcp"], packages: ["kit", "store"] },
];
/** Left out, each with what it needs. */
const EXCEPT = new Map([
  ["cli/commands/top.ts", "starts the full screen, which is a front end of its own: there is nothing between them"],
  ["cli/commands/mcp.ts", "starts the MCP server, which is a front end of its own: there is nothing between them"],
  ["cli/commands/check-push.ts", "git calls it in a push: the rule is the store's, and nothing of a fleet is opened"],
  [
    "cli/commands/merge-driver.ts",
    "git calls it in a merge, perhaps of a clone without any home: the merge is the store's",
  ],
]);

/** What is wrong with an import of a front end; `to` as `trouble` has it, or the name of a package. */
export function frontTrouble(from, to) {
  const front = FRONTS.find(({ folder }) => from.startsWith(folder));
  if (front === undefined || EXCEPT.has(from)) return undefined;
  const { folder, peers, packages } = front;
  const isAllowed = to.startsWith("@fleet/")
    ? packages.some((name) => to.startsWith(`@fleet/${name}/`))
    : ["app", ...peers].some((name) => to.startsWith(`${name}/`)) || layerOf(to) === 0;
  if (isAllowed) return undefined;
  const known = ["app", ...packages].join(", ");
  return `${folder} imports ${known} and ${peers.join(", ")} only, not ${to}: make it an operation or a view of app`;
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
      const message = (isOurs ? trouble(inside(file), to) : undefined) ?? frontTrouble(inside(file), to);
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
