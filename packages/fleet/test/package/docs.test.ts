/** The pages around the code: that they are there, whole, and lead where they say. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, it, test } from "vitest";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const read = (...path: readonly string[]): string => readFileSync(join(root, ...path), "utf8");
const markdown = (dir: string): string[] =>
  readdirSync(join(root, dir))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join(dir, name));
const headings = (text: string): string[] => [...text.matchAll(/^## (.+)$/gm)].map(([, heading = ""]) => heading);

const PAGES = [".", "docs", "docs/decisions", ".changeset", "packages/fleet"].flatMap(markdown);
/** Copied by scripts/prepack.mjs: its links are those of the original. */
const COPIES = ["packages/fleet/README.md"];

/** As GitHub names the anchors of headings: lower case, spaces as dashes, nothing but letters, digits, dashes and underscores. */
function anchors(text: string): Set<string> {
  const seen = new Map<string, number>();
  const names = [...text.replaceAll(/^```[^]*?^```/gm, "").matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = ""]) => {
    const name = heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(/\s/g, "-");
    const before = seen.get(name) ?? 0;
    seen.set(name, before + 1);
    return before === 0 ? name : `${name}-${before}`;
  });
  return new Set(names);
}

test.each(PAGES.filter((page) => !COPIES.includes(page)))(
  "every link in %s leads to a file and to a heading",
  (page) => {
    // What stands in code is no link.
    const prose = read(page).replaceAll(/^```[^]*?^```|^ {4}.*$|`[^`\n]*`/gm, "");
    const links = [...prose.matchAll(/\]\((?!https?:)([^)\s]*)[^)]*\)/g)].map(([, link = ""]) => link);
    const lost = links.filter((link) => {
      const [path = "", anchor] = link.split("#");
      const to = path === "" ? page : join(dirname(page), path);
      if (!existsSync(join(root, to))) return true;
      return anchor !== undefined && !anchors(read(to)).has(anchor);
    });
    expect(lost).toEqual([]);
  },
);

describe("README", () => {
  it("says how to install, upgrade and uninstall", () => {
    expect(headings(read("README.md"))).toEqual(expect.arrayContaining(["Install", "Upgrade", "Uninstall"]));
  });

  it("has the two commands for a fresh clone", () => {
    expect(read("README.md")).toMatch(/^ {4}npm run demo .*\n {4}npm test /m);
  });
});

describe("docs", () => {
  it("README.md lists every page", () => {
    const index = read("docs/README.md");
    const pages = markdown("docs").filter((page) => page !== "docs/README.md");
    expect(pages.filter((page) => !index.includes(`](${page.slice("docs/".length)})`))).toEqual([]);
  });
});

describe("decisions", () => {
  const names = markdown("docs/decisions").filter((page) => !page.endsWith("README.md"));

  it("are numbered without a gap, and all in the index", () => {
    expect(names.map((name) => Number(/\/(\d{4})-/.exec(name)?.[1]))).toEqual(names.map((_, at) => at + 1));
    const index = read("docs/decisions/README.md");
    for (const name of names) {
      const [, title, status] = /^# \d+\. (.+)\n\nStatus: (.+)\n/.exec(read(name)) ?? [];
      expect(index).toContain(`[${String(title)}](${name.slice("docs/decisions/".length)}) | ${String(status)} |`);
    }
  });

  it.each(names)("%s has status, context, decision and consequences", (name) => {
    const text = read(name);
    expect(text).toMatch(/^Status: .*\b(?:built|decided|replaced)\b/m);
    expect(headings(text).slice(0, 3)).toEqual(["Context", "Decision", "Consequences"]);
  });
});

describe("CONTRIBUTING", () => {
  it("has set-up, one test, the layout and the words", () => {
    expect(headings(read("CONTRIBUTING.md"))).toEqual(
      expect.arrayContaining(["Set-up", "One test", "Layout", "Words", "Changes that users notice"]),
    );
  });

  it("names only scripts that exist", () => {
    const { scripts }: { scripts: Record<string, string> } = JSON.parse(read("package.json"));
    const text = read("CONTRIBUTING.md") + read("README.md");
    const named = [...text.matchAll(/npm run (?:-s )?([a-z:]+)/g)].map(([, name = ""]) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

describe("changelog", () => {
  it("has a section for the version of the package", () => {
    const { version }: { version: string } = JSON.parse(read("packages/fleet/package.json"));
    expect(headings(read("packages/fleet/CHANGELOG.md"))).toContain(version);
  });

  it("gets its next section from changesets of the package that is published", () => {
    for (const page of markdown(".changeset").filter((name) => !name.endsWith("README.md")))
      expect(read(page), page).toMatch(/^---\n"fleet": (?:major|minor|patch)\n---\n\n\S/);
  });
});
