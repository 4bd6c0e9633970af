#!/usr/bin/env node
/**
 * `npm run bench`: ratios, measured side by side in one run; a bare time says little on another machine.
 * Options: --runs N (15), --only verbs|commands|sizes|claims|in-process|long|supervisor|spenders|top|workspaces, --skip the same, --write (into
 * docs/BENCHMARKS.md: the section of this Node is replaced, or of it what was measured; those of others stay).
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { claims } from "./claims.mjs";
import { commands } from "./commands.mjs";
import { inProcess } from "./in-process.mjs";
import { long } from "./long.mjs";
import { print, report } from "./report.mjs";
import { sizes } from "./sizes.mjs";
import { spenders, supervisor } from "./supervisor.mjs";
import { top } from "./top.mjs";
import { verbs } from "./verbs.mjs";
import { written } from "./write.mjs";
import { workspaces } from "./workspaces.mjs";
import { cleanUp } from "./world.mjs";

const PARTS = { verbs, commands, sizes, claims, "in-process": inProcess, long, supervisor, spenders, top, workspaces };
const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "15" },
    only: { type: "string" },
    skip: { type: "string", multiple: true, default: [] },
    write: { type: "boolean", default: false },
  },
});
const runs = Number(values.runs);
const node = `Node ${process.versions.node.split(".")[0]}`;

// An interrupt leaves nothing behind either.
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    cleanUp();
    process.exit(130);
  });
}
try {
  print(`# ${node}\n`);
  const cpu = `${cpus().length} × ${cpus()[0]?.model.trim() ?? "?"}`;
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  print(
    `Node ${process.versions.node}, ${cpu}, ${memory}, ${process.platform}, ${new Date().toISOString().slice(0, 10)}; ` +
      `the quickest of ${runs} runs of each whole process, in turn.`,
  );
  print(
    "Processes start without NODE_* variables, but where it says so: NODE_EXTRA_CA_CERTS alone adds 35 ms to every start of Node 20, bare node's too.",
  );
  const load = loadavg()[0]?.toFixed(1);
  for (const [name, part] of Object.entries(PARTS))
    if ((values.only === undefined || values.only === name) && !values.skip.includes(name)) await part(runs);
  print(`\nThe machine's load was ${load} when this began; above 1, others took part of it and the times say so.`);
} finally {
  cleanUp();
}
if (values.write) {
  const path = fileURLToPath(new URL("../../docs/BENCHMARKS.md", import.meta.url));
  const old = existsSync(path) ? readFileSync(path, "utf8") : "";
  const isPart = values.only !== undefined || values.skip.length > 0;
  writeFileSync(path, written(old, report(), { node, isPart, date: new Date().toISOString().slice(0, 10) }));
}
