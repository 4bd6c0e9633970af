#!/usr/bin/env node
/**
 * Lines of code of packages (src folders), without comments and blank lines, by package and folder.
 *
 * A line counts as a comment when nothing but a comment stands on it, as the formatter leaves them.
 * Options: --json, --root DIR (this repository).
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({ options: { json: { type: "boolean" }, root: { type: "string" } } });
const root = resolve(values.root ?? fileURLToPath(new URL("..", import.meta.url)));

function codeLines(text) {
  let inComment = false;
  let count = 0;
  for (const line of text.split("\n").map((each) => each.trim())) {
    if (inComment) inComment = !line.includes("*/");
    else if (line.startsWith("/*")) inComment = !line.includes("*/");
    else if (line !== "" && !line.startsWith("//")) count++;
  }
  return count;
}

const byPackage = {};
for (const name of readdirSync(join(root, "packages")).sort()) {
  const source = join(root, "packages", name, "src");
  const folders = {};
  for (const file of readdirSync(source, { recursive: true })) {
    if (!/\.[cm]?tsx?$/.test(file)) continue;
    const folder = relative(source, dirname(join(source, file))) || ".";
    folders[folder] ??= { files: 0, lines: 0 };
    folders[folder].files++;
    folders[folder].lines += codeLines(readFileSync(join(source, file), "utf8"));
  }
  byPackage[name] = folders;
}

const sum = (rows) =>
  rows.reduce((all, row) => ({ files: all.files + row.files, lines: all.lines + row.lines }), { files: 0, lines: 0 });

if (values.json) console.log(JSON.stringify(byPackage, null, 2));
else {
  const print = (name, { files, lines }) =>
    console.log(`${name.padEnd(30)}${String(files).padStart(6)}${String(lines).padStart(8)}`);
  console.log(`${"".padEnd(30)}${"files".padStart(6)}${"lines".padStart(8)}`);
  for (const [name, folders] of Object.entries(byPackage)) {
    print(name, sum(Object.values(folders)));
    for (const folder of Object.keys(folders).sort()) print(`  ${folder}`, folders[folder]);
  }
  print("all", sum(Object.values(byPackage).flatMap((folders) => Object.values(folders))));
}
