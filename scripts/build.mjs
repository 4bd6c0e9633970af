#!/usr/bin/env node
/**
 * Builds packages/fleet/dist: fleet.js (start.ts) and the chunks it loads, no node_modules.
 *
 * Start-up is what agents' loops pay, and on Node 20 it is files and bytes: each module file costs about 0.7 ms, 100 kB of
 * code about 9. So: what every verb of `bd` needs is one chunk (`core`), each verb is one more, and the rest (yargs, zod, the
 * supervisor, the write path) is loaded when it is needed. Measured for `ready`, CPU over bare node's (58 ms with NODE_EXTRA_CA_CERTS set, 23 without): one chunk a
 * module 43 ms, all verbs in one file 45, this 21. CommonJS, because Node's loader of ES modules costs 6 of a start's
 * milliseconds on Node 20 and 4 on 24, and `require` nothing that node has not loaded already.
 *
 * Options: --quiet, --out DIR (packages/fleet/dist).
 */
import { createHash } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

import { noticeOf, noticesText, packageDirectory, packagesOf } from "./notices.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const outAt = process.argv.indexOf("--out");
const out = outAt < 0 ? join(root, "packages/fleet/dist") : resolve(process.argv[outAt + 1]);
const { version } = JSON.parse(readFileSync(join(root, "packages/fleet/package.json"), "utf8"));

/** The file a static import of ours means, or undefined for a package of others. */
function target(from, name) {
  if (name.startsWith(".")) return resolve(dirname(from), name);
  const ours = /^@fleet\/(kit|store|coders)\/(.+)$/.exec(name);
  return ours === null ? undefined : join(root, "packages", ours[1], "src", `${ours[2]}.ts`);
}

/** Everything these modules load before they run: static imports, of values. */
function loadedBy(...entries) {
  const found = new Set();
  const visit = (file) => {
    if (found.has(file)) return;
    found.add(file);
    const source = readFileSync(file, "utf8");
    for (const [statement, name] of source.matchAll(/^(?:import|export)\s[^;]*?from\s+"([^"]+)";/gm)) {
      const next = /^(?:import|export)\s+type\s/.test(statement) ? undefined : target(file, name);
      if (next !== undefined && existsSync(next)) visit(next);
    }
  };
  for (const entry of entries) visit(join(root, "packages/fleet/src", entry));
  return found;
}

/**
 * Chunks by name, each module in the first that needs it: what every verb needs; what other reads share with the writes; who acts, and
 * what that one may do; what else fleet's own commands share with the writes; what every write needs; what changes a status; what
 * else those commands share with `create`; what `update` shares with it; what those commands and it make of a task's settings; what `create` and `list` do; what `tasks` shares with `log`,
 * and what else it needs; what `status` needs beside that: in chunks of their own these would be fifty, each a script that V8 takes up by itself.
 */
const core = loadedBy("fleet.ts", "main.ts", "bd/bd.ts", "bd/verbs/ready.ts", "bd/verbs/show.ts");
const READS = ["blocked", "comments", "dep", "label", "memories", "prime", "recall", "status"];
const identity = loadedBy("app/identity.ts");
const acting = loadedBy("app/acting.ts");
const write = loadedBy(
  ...["kit/src/uuid.ts", "store/src/transact.ts", "store/src/ops/comment.ts", "store/src/ops/guard-inside.ts"].map(
    (file) => `../../${file}`,
  ),
  "bd/texts.ts",
);
const change = loadedBy(...["claim", "close", "own-block"].map((name) => `../../store/src/ops/${name}.ts`));
const create = loadedBy("bd/verbs/create.ts");
/** What create looks at of its task: its settings and coder, which the commands that show tasks look at too, and its place. */
const ofTask = loadedBy("app/coder-names.ts", "app/views/clone-of.ts", "bd/created.ts", "bd/task-place.ts");
const list = loadedBy("bd/verbs/list.ts");
const reads = new Set(
  [...loadedBy("../../kit/src/nearest.ts", ...READS.map((name) => `bd/verbs/${name}.ts`))].filter(
    (file) => !identity.has(file) && (write.has(file) || create.has(file)),
  ),
);
const COMMANDS = ["accounts", "log", "run", "tasks"];
const commands = loadedBy(...COMMANDS.map((name) => `cli/commands/${name}.ts`));
const told = new Set([...commands].filter((file) => write.has(file) || change.has(file)));
const limits = new Set([...commands].filter((file) => create.has(file)));
const tasks = loadedBy("cli/commands/tasks.ts");
const log = loadedBy("cli/commands/log.ts");
const screens = new Set([...tasks].filter((file) => log.has(file)));
const shown = new Set([...tasks].filter((file) => !log.has(file)));
const status = loadedBy("cli/commands/run.ts");
const settled = new Set([...ofTask].filter((file) => tasks.has(file)));
const update = loadedBy("bd/verbs/update.ts");
const fields = new Set([...update].filter((file) => create.has(file)));
const taken = new Set();
const parts = {
  core,
  reads,
  identity,
  acting,
  told,
  write,
  change,
  limits,
  fields,
  settled,
  create: new Set([...create, ...ofTask]),
  list,
  screens,
  shown,
  status,
};
const groups = Object.entries(parts).map(([name, files]) => {
  const mine = new Set([...files].filter((file) => !taken.has(file)));
  for (const file of mine) taken.add(file);
  return { name, test: (id) => mine.has(id) };
});

/** What the settings of a home are decoded by: what was kept of them is taken up by a build of the same alone. */
const settings = createHash("sha256");
for (const file of [...loadedBy("settings/file.ts"), fileURLToPath(import.meta.url)])
  settings.update(readFileSync(file));
const ofFleet = createRequire(join(root, "packages/fleet/package.json"));
for (const name of ["zod", "js-yaml"]) settings.update(readFileSync(ofFleet.resolve(`${name}/package.json`)));
const SETTINGS = settings.digest("hex").slice(0, 32);

/** yargs brings an older copy, which has no short cut for ASCII. */
const stringWidth = createRequire(join(root, "packages/kit/package.json")).resolve("string-width");

/**
 * What it makes when it is loaded, made when it is first asked instead: a segmenter and the emoji cost 20 ms of CPU each, and
 * only text beyond ASCII needs them.
 */
const LATE = [
  ["segmenter", "segment", "new Intl.Segmenter()"],
  ["rgiEmojiRegex", "test", String.raw`/^\p{RGI_Emoji}$/v`],
];
const lateWidths = {
  name: "late-widths",
  transform: {
    filter: { id: stringWidth },
    handler: (code) =>
      LATE.reduce((source, [name, method, made]) => {
        const early = `const ${name} = ${made};`;
        if (!source.includes(early)) throw new Error(`string-width has no more: ${early}`);
        const late = `let late_${name}; const ${name} = { ${method}: (text) => (late_${name} ??= ${made}).${method}(text) };`;
        return source.replace(early, () => late);
      }, code),
  },
};

/**
 * Schemas of what is read from disk and from coders, made when something is first decoded by them instead of when their file is
 * loaded: a command loads some 120 of them and needs a few. Left as they are: those whose parts are asked for, wherever that is.
 * The sources are formatted, so a statement ends with the first line that is not indented.
 */
const MADE = "object|looseObject|strictObject|discriminatedUnion|union|record|array|tuple|pipe|intersection";
const SCHEMA = new RegExp(
  String.raw`^((?:export )?const (\w+)(?:: [^=\n]+)? = )(z\.(?:${MADE})\((?:[^\n]*|[^\n]*\n(?:(?:[ \t][^\n]*)?\n)*[^\s][^\n]*));$`,
  "gm",
);
const sources = ["coders", "fleet"].flatMap((name) =>
  readdirSync(join(root, "packages", name, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "utf8")),
);
const inParts = new Set(
  sources.flatMap((text) =>
    [...text.matchAll(/\b(\w+)\.(?:shape|options|enum|def|element|type|unwrap)\b/g)].map(([, name]) => name),
  ),
);
const lateSchemas = {
  name: "late-schemas",
  transform: {
    filter: { id: /[\\/]packages[\\/]\w+[\\/]src[\\/].*\.ts$/, code: /from "zod\/mini"/ },
    handler: (code) =>
      code.replaceAll(SCHEMA, (whole, before, name, made) =>
        inParts.has(name) ? whole : `${before}z.lazy(() => ${made});`,
      ),
  },
};

/**
 * What others import when they are loaded and fleet has no use for: chalk asks the terminal for its colours, which loads node:tty and
 * net, where the level is always given; yargs' parser stands in a file with a function that wants all of yargs' platform, which opens
 * stdout.
 */
const STAND_INS = {
  "#supports-color": "export default { stdout: false, stderr: false };",
  "../lib/platform-shims/esm.mjs": "export default {};",
};
const standInOf = (name) => `\0${join(root, "packages/stand-ins", name)}`;
const standIns = {
  name: "stand-ins",
  resolveId: (name, importer = "") =>
    name in STAND_INS && /[\\/]node_modules[\\/](?:yargs|chalk)[\\/]/.test(importer) ? standInOf(name) : undefined,
  load: (id) => Object.entries(STAND_INS).find(([name]) => standInOf(name) === id)?.[1],
};

async function bundled(entry, define, { target = "node20.19", ...options }) {
  const bundle = await rolldown({
    input: join(root, "packages/fleet/src", entry),
    platform: "node",
    resolve: { alias: { "string-width": stringWidth } },
    plugins: [standIns, lateWidths, lateSchemas],
    // A verb that another verb has loaded already is imported again by the table; that is meant.
    checks: { ineffectiveDynamicImport: false },
    transform: { target, define },
  });
  // In ASCII, so that V8 keeps a byte a character and none has to be decoded.
  const { output } = await bundle.generate({ format: "cjs", minify: true, charset: "ascii", ...options });
  await bundle.close();
  return output;
}

const output = await bundled(
  "fleet.ts",
  // yargs asks it only for settings that extend a package's, and fleet has none.
  {
    FLEET_VERSION: JSON.stringify(version),
    FLEET_SETTINGS: JSON.stringify(SETTINGS),
    "import.meta.resolve": "undefined",
  },
  { entryFileNames: "program-[hash].js", chunkFileNames: "[name]-[hash].js", codeSplitting: { groups } },
);

// What rolldown puts into a file of its own, a kilobyte, is a part of each chunk that asks for it: a file less to load.
const isRuntime = ({ fileName }) => fileName.startsWith("rolldown-runtime-");
const runtime = output.find(isRuntime);
const codeOf = ({ code }) =>
  runtime === undefined
    ? code
    : code.replace(`require("./${runtime.fileName}")`, () => `(exports=>{${runtime.code};return exports})({})`);
const chunks = output
  .filter((chunk) => !isRuntime(chunk))
  .map((chunk) => [chunk.fileName, chunk.type === "chunk" ? codeOf(chunk) : chunk.source]);

const digest = createHash("sha256");
for (const [name, text] of chunks) digest.update(name).update(text);
const [start] = await bundled(
  "start.ts",
  {
    FLEET_PROGRAM: JSON.stringify(output.find(({ isEntry }) => isEntry).fileName),
    FLEET_BUILD: JSON.stringify(digest.digest("hex")),
  },
  // An old Node has to parse it before it can say which one is needed.
  { target: "es2018" },
);

const bundler = packageDirectory(fileURLToPath(import.meta.resolve("rolldown")));
const moduleIds = [...output, start].flatMap((chunk) => chunk.moduleIds ?? []);
const notices = packagesOf(moduleIds, join(root, "packages"), { "\0rolldown/": bundler }).map(noticeOf);

// Put in place file by file, the entry last: a command that runs meanwhile finds whole files, old or new.
mkdirSync(out, { recursive: true });
const made = new Set(["package.json", "fleet.js", "THIRD-PARTY-NOTICES", ...chunks.map(([name]) => name)]);
const put = (name, text) => {
  writeFileSync(join(out, `${name}.tmp`), text);
  renameSync(join(out, `${name}.tmp`), join(out, name));
};
// Nearest to the entry, so that Node looks no further for what kind of module it is.
put("package.json", '{ "type": "commonjs" }\n');
put("THIRD-PARTY-NOTICES", noticesText(notices));
for (const [name, text] of chunks) put(name, text);
put("fleet.js", start.code);
chmodSync(join(out, "fleet.js"), 0o755);
for (const name of readdirSync(out)) if (!made.has(name)) rmSync(join(out, name), { recursive: true, maxRetries: 5 });
if (!process.argv.includes("--quiet")) console.log(`Built packages/fleet/dist/fleet.js (${made.size} files).`);
