/**
 * The notices for what is bundled. Licences ask that their text goes with the code, and the build ships the code of
 * others without their files; so the build writes THIRD-PARTY-NOTICES from the modules that are in its chunks.
 */
import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** SPDX identifiers of licences whose conditions are met by shipping their text. Any other one fails the build. */
export const ALLOWED = new Set(["0BSD", "Apache-2.0", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"]);

const byText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

const LICENCE_FILE = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;

const WARRANTY = {
  MIT: `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`,
  ISC: `Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby
granted, provided that the above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
THIS SOFTWARE.`,
};

/**
 * The directories of the packages that these modules belong to. Pure.
 * `own`: the directory of the project, whose modules need no notice. `virtual`: directories of the packages that modules
 * without a file come from, by the start of the module's id.
 */
export function packagesOf(moduleIds, own, virtual) {
  const found = new Set();
  for (const id of moduleIds) {
    // "\0" marks a module that a plugin wrote; what follows is the path of the file it wrote it for, if there is one.
    const path = id.replace(/^\0/, "").replace(/\?.*$/s, "");
    const installed = /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/.exec(path);
    const known = Object.keys(virtual).find((start) => id.startsWith(start));
    if (installed !== null) found.add(installed[0]);
    else if (known !== undefined) found.add(virtual[known]);
    else if (!path.startsWith(own)) throw new Error(`${JSON.stringify(id)} is bundled, and it is unknown whose it is`);
  }
  return [...found].sort(byText);
}

/** The package that a file resolved from node_modules belongs to. */
export function packageDirectory(file) {
  let dir = dirname(file);
  while (!/^(?:node_modules|@.*)$/.test(basename(dirname(dir)))) {
    if (dirname(dir) === dir) throw new Error(`${file} is in no package`);
    dir = dirname(dir);
  }
  return dir;
}

/** The licence that a package.json names, as one SPDX expression; older packages have an object or a list. */
function expressionOf({ license, licenses }) {
  const given = license ?? licenses;
  const named = (one) => (typeof one === "object" && one !== null ? one.type : one);
  return Array.isArray(given) ? given.map(named).join(" OR ") : named(given);
}

/** An SPDX expression of one operator: A, A OR B, A AND B. Others are for a person to read. */
export function isAllowed(expression) {
  if (typeof expression !== "string") return false;
  const bare = expression.replace(/^\((.*)\)$/, "$1");
  const isOne = (id) => ALLOWED.has(id.trim());
  if (bare.includes(" AND ")) return bare.split(" AND ").every(isOne);
  return bare.split(" OR ").some(isOne);
}

const nameOf = (person) => (typeof person === "object" && person !== null ? person.name : person);

/** The texts in a package; where it ships none, the licence's own words under its author's name. */
function textOf(dir, name, licence, { author }) {
  const files = readdirSync(dir).filter((file) => LICENCE_FILE.test(file));
  const texts = files.sort(byText).map((file) => readFileSync(join(dir, file), "utf8").replaceAll("\r\n", "\n").trim());
  if (texts.join("") !== "") return texts.join("\n\n");
  const [words, owner] = [WARRANTY[licence], nameOf(author)];
  if (words === undefined || typeof owner !== "string")
    throw new Error(`${name} is bundled and has no licence text (${licence}); add one to scripts/notices.mjs`);
  return `Copyright (c) ${owner}\n\n${words}`;
}

/** What is known of one package, from its directory. Fails on a licence that is unknown or missing. */
export function noticeOf(dir) {
  const manifest = JSON.parse(readFileSync(join(dir, "package.json"), "utf8"));
  const name = `${manifest.name} ${manifest.version}`;
  const licence = expressionOf(manifest);
  if (licence === undefined || licence === "") throw new Error(`${name} is bundled and names no licence`);
  if (!isAllowed(licence)) {
    const allowed = [...ALLOWED].join(", ");
    throw new Error(`${name} is bundled, and its licence ${JSON.stringify(licence)} is not one of: ${allowed}`);
  }
  return { name, licence, text: textOf(dir, name, licence, manifest) };
}

/** The file. Packages with the same text share it. */
export function noticesText(notices) {
  const sharing = new Map();
  for (const notice of notices) sharing.set(notice.text, [...(sharing.get(notice.text) ?? []), notice]);
  const parts = [...sharing].map(([text, those]) => {
    const names = those.map(({ name, licence }) => `${name} (${licence})`);
    return `${names.sort(byText).join("\n")}\n\n${text}`;
  });
  const rule = `\n\n${"-".repeat(80)}\n\n`;
  const head = `fleet contains code of the ${notices.length} packages below, under their licences.`;
  return `${[head, ...parts.sort(byText)].join(rule)}\n`;
}
