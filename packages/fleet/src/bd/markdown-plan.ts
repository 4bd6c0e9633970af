/** A plan in markdown: each `## Title` is an issue, its `### Section`s are the fields (beads 1.0.5). */
export interface Template {
  readonly title: string;
  /** By lower-cased heading; what stands in front of any section is the description. */
  readonly sections: ReadonlyMap<string, string>;
  /** Where its title stands, from 1. */
  readonly line: number;
}

export function parseMarkdown(text: string): Template[] {
  const templates: { title: string; sections: Map<string, string>; line: number }[] = [];
  let section = "description";
  let fenced = false;
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(```|~~~)/.test(line)) fenced = !fenced;
    const [, marks, heading = ""] = (fenced ? null : /^(#{2,3})\s+(.+?)\s*$/.exec(line)) ?? [];
    const current = templates.at(-1);
    if (marks === "##") {
      templates.push({ title: heading, sections: new Map(), line: at + 1 });
      section = "description";
    } else if (marks === "###" && current !== undefined) section = heading.toLowerCase();
    else if (current !== undefined) {
      const before = current.sections.get(section);
      current.sections.set(section, before === undefined ? line : `${before}\n${line}`);
    }
  }
  return templates;
}

/** Words between blanks and commas. */
export const listOf = (text: string): string[] => text.split(/[\s,]+/).filter((word) => word !== "");
