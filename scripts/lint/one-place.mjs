/**
 * Lint rules of this project: what touches the system has one place, packages/kit. A file that needs more asks kit for it;
 * the exceptions stand in .oxlintrc.json, each with its reason here:
 *
 * - store/src/git/{objects,new-object,swap,break-lock,notes}.ts: the reader and writer of git objects and of the branch, on the hot path.
 * - fleet/src/start.ts: loads the program and imports nothing of it; fleet/src/fleet.ts: standard output.
 * - fleet/src/attempts/process/wrapper.ts: a shell script that reads /proc by itself.
 */

/** What of node:fs only looks. Reading a file is not among it: what others may write is read within bounds (kit/read). */
const LOOKS = new Set([
  "access",
  "accessSync",
  "constants",
  "existsSync",
  "lstat",
  "lstatSync",
  "opendirSync",
  "readdir",
  "readdirSync",
  "realpathSync",
  "stat",
  "statSync",
]);

const OWNED = {
  child_process: "programs are started by @fleet/kit/process and @fleet/kit/git",
  execa: "programs are run by @fleet/kit/process/run",
  "simple-git": "git is run by @fleet/kit/git",
  "proper-lockfile": "locks are taken by @fleet/kit/advisory-lock",
};

/** Without the `node:` that may be left out. */
const moduleOf = (source) => (source.type === "Literal" ? String(source.value).replace(/^node:/, "") : "");

const isType = (node) => node.importKind === "type";

const system = {
  create(context) {
    const report = (node, message) => context.report({ node, message });
    const text = (node, value) => {
      if (typeof value === "string" && /^\/proc(\/|$)/.test(value))
        report(node, "/proc is read by @fleet/kit/process alone");
    };
    return {
      ImportDeclaration(node) {
        if (isType(node)) return;
        const from = moduleOf(node.source);
        if (from in OWNED) report(node, OWNED[from]);
        if (from === "@fleet/kit/node" && node.specifiers.some((one) => one.imported?.name === "childProcess"))
          report(node, OWNED.child_process);
        if (from !== "fs" && from !== "fs/promises") return;
        for (const one of node.specifiers) {
          const name = one.type === "ImportSpecifier" ? one.imported.name : "*";
          if (!isType(one) && !LOOKS.has(name))
            report(one, `${name} of node:${from}: files are read and written by @fleet/kit/read and @fleet/kit/files`);
        }
      },
      ImportExpression(node) {
        const from = moduleOf(node.source);
        if (from in OWNED) report(node, OWNED[from]);
        if (from === "fs" || from === "fs/promises")
          report(node, "node:fs is imported by name, so that what is used of it is seen");
      },
      CallExpression(node) {
        const { callee } = node;
        if (callee.type === "Identifier" && ["require", "createRequire"].includes(callee.name))
          report(node, "modules are imported");
        if (callee.type === "MemberExpression" && callee.property.name === "getBuiltinModule")
          report(node, "modules of Node's that are loaded late are loaded by @fleet/kit/node");
      },
      Literal: (node) => text(node, node.value),
      TemplateElement: (node) => text(node, node.value.raw),
    };
  },
};

export default { meta: { name: "one-place" }, rules: { system } };
