/** Whole processes on 100 issues: reads against bare node, writes against bare node and a bare commit. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { sideBySide } from "./measure.mjs";
import { kept, ms, print, table, times, title } from "./report.mjs";
import { bare, bd, cleanEnv, home, said } from "./world.mjs";

const BARE_COMMIT = fileURLToPath(new URL("bare-commit.mjs", import.meta.url));
const READ_LIMIT = Number.parseInt(process.versions.node, 10) < 22 ? 1.5 : 1.6;
const NODE = "node -e 0";

export function verbs(runs) {
  title(`Start-up: verbs that read, 100 issues, whole processes against \`${NODE}\` (target ${READ_LIMIT} ×)`);
  const { dir, ready } = home("verbs", 100, 100);
  const [one = "", two = "", closed = ""] = ready;
  const held = "bench-00009";
  said(bd(dir, "close", closed));
  said(bd(dir, "comment", two, "a remark"));
  said(bd(dir, "label", "add", two, "area"));
  said(bd(dir, "remember", "the build needs two steps", "--key", "build"));
  const reads = [
    ["ready", "--json"],
    ["show", one, "--json"],
    ["show", closed, "--json"],
    ["list", "--json"],
    ["blocked", "--json"],
    ["stats", "--json"],
    ["search", "number", "--json"],
    ["comments", two, "--json"],
    ["label", "list", two, "--json"],
    ["dep", "list", held, "--json"],
    ["dep", "tree", held, "--json"],
    ["count", "--json"],
    ["memories", "--json"],
    ["recall", "build", "--json"],
    ["prime"],
    ["version"],
  ];
  const named = (args) =>
    args
      .join(" ")
      .replace(closed, "CLOSED")
      .replace(/bench-\w+/, "ID");
  const measured = sideBySide(
    { [NODE]: bare, ...Object.fromEntries(reads.map((args) => [named(args), () => bd(dir, ...args)])) },
    runs,
  );
  const base = measured.get(NODE);
  table(
    ["verb", "time", "ratio", "kept"],
    [...measured].map(([name, millis]) => [
      name,
      ms(millis),
      times(millis, base),
      name === NODE ? "" : kept(millis / base <= READ_LIMIT),
    ]),
  );
  writes(runs);
  withCertificates(runs);
}

/** Where NODE_EXTRA_CA_CERTS names a file, which many set, node reads it at each start. */
const CERTIFICATES = ["/etc/ssl/certs/ca-certificates.crt", "/etc/ssl/cert.pem", "/etc/pki/tls/cert.pem"].find(
  existsSync,
);

/** The most common verbs once more, in an environment in which bare node takes longer. */
function withCertificates(runs) {
  if (CERTIFICATES === undefined) return;
  const { dir, ready } = home("certified", 100, 100);
  const slow = (command) => ({ ...command, env: { ...command.env, NODE_EXTRA_CA_CERTS: CERTIFICATES } });
  const fresh = (run) => ready[(run + 3) % ready.length];
  const commit = bareCommit("bare-certified");
  const measured = sideBySide(
    {
      [NODE]: () => slow(bare()),
      "ready --json": () => slow(bd(dir, "ready", "--json")),
      "show ID --json": () => slow(bd(dir, "show", ready[0], "--json")),
      "create --json": () => slow(bd(dir, "create", "A new task", "-d", "with a description", "--json")),
      "update --claim --json": (run) => slow(bd(dir, "update", fresh(run), "--claim", "--json")),
      "close --json": (run) => slow(bd(dir, "close", fresh(run), "--json")),
    },
    runs,
  );
  const base = measured.get(NODE);
  title(`The same with NODE_EXTRA_CA_CERTS set, as in many shells (the same targets)`);
  table(
    ["verb", "time", "of node", "of the target", "kept"],
    [...measured].map(([name, millis], at) => {
      if (at === 0) return [name, ms(millis), "", "", ""];
      const limit = at <= 2 ? READ_LIMIT * base : 1.6 * base + 2 * commit;
      return [name, ms(millis), times(millis, base), times(millis, limit), kept(millis <= limit)];
    }),
  );
}

/** Milliseconds. */
function bareCommit(name) {
  const { dir } = home(name, 100, 100);
  return Number(
    execFileSync(process.execPath, [BARE_COMMIT, `${dir}/.git`, "30"], { env: cleanEnv, encoding: "utf8" }),
  );
}

function writes(runs) {
  const { dir, ready } = home("writes", 100, 100);
  const commit = bareCommit("bare");
  const [target = ""] = ready;
  const fresh = (run) => ready[(run + 3) % ready.length];
  const measured = sideBySide(
    {
      [NODE]: bare,
      "create --json": () => bd(dir, "create", "A new task", "-d", "with a description", "--json"),
      "update --claim --json": (run) => bd(dir, "update", fresh(run), "--claim", "--json"),
      comment: () => bd(dir, "comment", target, "a remark"),
      "label add": (run) => bd(dir, "label", "add", target, `label-${run}`),
      "close --json": (run) => bd(dir, "close", fresh(run), "--json"),
    },
    runs,
  );
  const base = measured.get(NODE);
  const limit = 1.6 * base + 2 * commit;
  title(`Writes: whole processes, 100 issues (target: 1.6 × \`${NODE}\` + 2 × a bare commit = ${ms(limit)})`);
  print(`A bare commit (node writes four fsynced objects, git moves the branch) takes ${commit.toFixed(1)} ms here.\n`);
  table(
    ["verb", "time", "of node", "of the target", "kept"],
    [...measured].map(([name, millis]) =>
      name === NODE
        ? [name, ms(millis), "", "", ""]
        : [name, ms(millis), times(millis, base), times(millis, limit), kept(millis <= limit)],
    ),
  );
}
