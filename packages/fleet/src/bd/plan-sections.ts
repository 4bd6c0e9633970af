/**
 * Splits a markdown plan: each level-2 heading is a task, known level-3 headings below it are its fields (beads 1.0.5), and
 * everything else is its description, unchanged. CommonMark decides what is a heading: nothing in code, HTML, a list or a quote.
 */
import { fromMarkdown } from "mdast-util-from-markdown";

import type { Line } from "./plan-lines.ts";

export interface Section {
  readonly text: string;
  /** Its text's first line, from 1. */
  readonly line: number;
}

export interface PlanTask {
  readonly title: string;
  /** Its title's line, from 1. */
  readonly line: number;
  readonly description: string;
  /** The description's lines as in the file, with code and HTML blanked. */
  readonly prose: readonly Line[];
  /** The known sections by lower-case name. A repeated one is merged. */
  readonly sections: ReadonlyMap<string, readonly Section[]>;
  /** Headings that look like misspelt sections: of another level, or in other words. */
  readonly odd: readonly { readonly line: number; readonly heading: string; readonly meant: string }[];
}

const KNOWN: ReadonlySet<string> = new Set([
  "priority",
  "type",
  "description",
  "design",
  "acceptance criteria",
  "acceptance",
  "assignee",
  "labels",
  "dependencies",
  "deps",
]);

/** Other names for sections that decide when or how a task starts: overlooking one would let the task start too early. */
const LIKE: readonly (readonly [words: RegExp, meant: string])[] = [
  [/^(?:depends(?: on)?|dependency|blocked by|waits for)$/, "Dependencies"],
  [/^(?:prio|priorities)$/, "Priority"],
];

/** The known section that a heading probably means: a synonym, a trailing colon, or with text on the same line. */
function meant(heading: string): string | undefined {
  const [, name = "", rest] = /^([^:]*?)\s*(?::\s*(.*))?$/.exec(heading.toLowerCase()) ?? [];
  const like = LIKE.find(([words]) => words.test(name))?.[1];
  if (like !== undefined) return like;
  // A heading may have more words: "Design: the parts".
  const isWord = KNOWN.has(name) && !["description", "design", "acceptance criteria", "acceptance"].includes(name);
  return rest !== undefined && isWord ? `${name.charAt(0).toUpperCase()}${name.slice(1)}` : undefined;
}

/** Whether a heading of another level seems to name dependencies. */
const meantWaits = (heading: string): boolean =>
  meant(heading) === "Dependencies" || /^(?:dependencies|deps)$/i.test(heading);

interface Heading {
  readonly depth: number;
  readonly words: string;
  /** Its first and last line, from 1. */
  readonly from: number;
  readonly to: number;
}

/** Without empty lines around it; the first line keeps its indentation. */
const trimmed = (text: string): string => text.replace(/^(?:[ \t]*\n)+/, "").trimEnd();

/** Front matter is blanked, because `title: x` above `---` would be a heading. The lines stay, to keep line numbers. */
function withoutFrontMatter(lines: readonly string[]): readonly string[] {
  const end = lines[0] === "---" ? lines.indexOf("---", 1) : -1;
  return end < 0 ? lines : lines.map((line, at) => (at <= end ? "" : line));
}

function wordsOf(lines: readonly string[], from: number, to: number): string {
  const first = lines[from - 1] ?? "";
  const written = /^ {0,3}#/.test(first)
    ? first.replace(/^ {0,3}#+/, "").replace(/(?:^|[ \t])#+[ \t]*$/, "")
    : lines.slice(from - 1, to - 1).join(" ");
  return written.replaceAll(/\s+/g, " ").trim();
}

type Root = ReturnType<typeof fromMarkdown>;

function headingsOf(root: Root, lines: readonly string[]): Heading[] {
  return root.children.flatMap((node) => {
    if (node.type !== "heading" || node.position === undefined) return [];
    const [from, to] = [node.position.start.line, node.position.end.line];
    return [{ depth: node.depth, words: wordsOf(lines, from, to), from, to }];
  });
}

/** The lines that are code or HTML, at any depth. */
function codeIn(root: Root): ReadonlySet<number> {
  const found = new Set<number>();
  // The list grows during the loop.
  const nodes: Root["children"][number][] = [...root.children];
  for (const node of nodes) {
    if (node.type === "code" || node.type === "html") {
      const { start, end } = node.position ?? { start: { line: 1 }, end: { line: 0 } };
      for (let line = start.line; line <= end.line; line++) found.add(line);
    } else if ("children" in node) nodes.push(...node.children);
  }
  return found;
}

export function parsePlan(text: string): PlanTask[] {
  const lines = withoutFrontMatter(text.split(/\r\n|\r|\n/));
  const root = fromMarkdown(lines.join("\n"));
  const [headings, code] = [headingsOf(root, lines), codeIn(root)];
  const starts = headings.filter(({ depth }) => depth === 2);
  return starts.map((start, at) => {
    const end = starts[at + 1]?.from ?? lines.length + 1;
    const inside = headings.filter(({ depth, from }) => depth === 3 && from > start.from && from < end);
    const prose: Line[] = [];
    const odd: { readonly line: number; readonly heading: string; readonly meant: string }[] = [];
    const misplaced = (heading: Heading): void => {
      odd.push({ line: heading.from, heading: heading.words, meant: "Dependencies" });
    };
    if (meant(start.words) === "Dependencies" && start.words.includes(":")) misplaced(start);
    const between = (from: number, to: number): string => {
      const own = lines.slice(from - 1, to - 1);
      prose.push(...own.map((text, at) => ({ text: code.has(from + at) ? "" : text, line: from + at })));
      for (const heading of headings)
        if (heading.depth !== 3 && heading.from >= from && heading.from < to && meantWaits(heading.words))
          misplaced(heading);
      return trimmed(own.join("\n"));
    };
    const described = [between(start.to + 1, inside[0]?.from ?? end)];
    const sections = new Map<string, readonly Section[]>();
    inside.forEach((heading, index) => {
      const next = inside[index + 1]?.from ?? end;
      // "### Dependencies:" is that section, too.
      const name = heading.words.toLowerCase().replace(/\s*:$/, "");
      const like = KNOWN.has(name) ? undefined : meant(heading.words);
      if (like !== undefined) odd.push({ line: heading.from, heading: heading.words, meant: like });
      const body = { text: lines.slice(heading.to, next - 1).join("\n"), line: heading.to + 1 };
      if (!KNOWN.has(name)) described.push(between(heading.from, next));
      else if (name === "description") described.push(between(body.line, next));
      else sections.set(name, [...(sections.get(name) ?? []), body]);
    });
    const description = described.filter((part) => part !== "").join("\n\n");
    return { title: start.words, line: start.from, description, prose, sections, odd };
  });
}
