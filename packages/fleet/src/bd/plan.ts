/**
 * A plan's tasks and their dependencies, by title within the plan or by issue id. Anything unclear is a fault with its line number,
 * and a plan with a fault creates nothing. Pure except for look-ups in the home.
 */
import { isBlank } from "@fleet/kit/text";
import { type EdgeType, type IssueType, priorityOf } from "@fleet/store/status";

import { edgeGiven } from "./creation.ts";
import { Refusal } from "./errors.ts";
import { prioritiesIn, type Said, saidIn } from "./plan-lines.ts";
import { looped } from "./plan-loops.ts";
import { parsePlan, type PlanTask, type Section } from "./plan-sections.ts";

/** Look-ups in the home. */
export interface Known {
  /** The type of that name, undefined for none. */
  readonly type: (word: string) => IssueType | undefined;
  /** The issue with this whole id, or with it after the prefix. */
  readonly issue: (name: string) => string | undefined;
}

/** The task or its dependency waits for the other; `reversed`: the other waits for it. */
interface PlanLink {
  readonly to: { readonly kind: "task"; readonly at: number } | { readonly kind: "issue"; readonly id: string };
  readonly type: EdgeType;
  readonly reversed: boolean;
}

export interface Planned {
  readonly title: string;
  readonly line: number;
  /** Undefined where the plan gives none. */
  readonly type: IssueType | undefined;
  readonly priority: number | undefined;
  readonly description: string;
  readonly design: string;
  readonly acceptance_criteria: string;
  readonly assignee: string;
  readonly labels: readonly string[];
  readonly links: readonly PlanLink[];
}

export interface Fault {
  readonly line: number;
  readonly why: string;
}

const one = (title: string): string => title.replaceAll(/\s+/g, " ").trim().toLowerCase();

/** A section's non-empty lines, without list markers. */
function itemsOf(sections: readonly Section[]): { readonly text: string; readonly line: number }[] {
  return sections.flatMap(({ text, line }) =>
    text.split("\n").flatMap((raw, at) => {
      const item = raw.replace(/^\s*(?:[-*+]|\d{1,9}[.)])\s+/, "").trim();
      return item === "" ? [] : [{ text: item, line: line + at }];
    }),
  );
}

/** Without surrounding quotes or markdown. */
const bare = (text: string): string =>
  /^(["'`_]|\*\*|\*|__)(.+)\1$/.exec(text)?.[2] ?? /^\[([^\]]+)\](?:\([^)]*\))?$/.exec(text)?.[1] ?? text;

/** Ways to say "none". */
const NOTHING = /^(?:none|nothing|n\/a|[-\u2013\u2014])\.?$/i;

class Reader {
  readonly faults: Fault[] = [];
  readonly #tasks: readonly PlanTask[];
  readonly #known: Known;
  readonly #byTitle = new Map<string, number[]>();

  constructor(tasks: readonly PlanTask[], known: Known) {
    this.#tasks = tasks;
    this.#known = known;
    tasks.forEach(({ title }, at) => this.#byTitle.set(one(title), [...(this.#byTitle.get(one(title)) ?? []), at]));
  }

  #fault(line: number, why: string): undefined {
    this.faults.push({ line, why });
  }

  task(task: PlanTask, at: number): Planned {
    const sections = (...names: readonly string[]): readonly Section[] =>
      names.flatMap((name) => task.sections.get(name) ?? []);
    const text = (...names: readonly string[]): string =>
      sections(...names)
        .map((section) => section.text)
        .join("\n")
        .trim();
    if (isBlank(task.title)) this.#fault(task.line, "a task without a title");
    for (const { line, heading, meant } of task.odd)
      this.#fault(
        line,
        `the section ${JSON.stringify(heading)} is not known; write "### ${meant}" with what it says below it, or another heading`,
      );
    return {
      title: task.title,
      line: task.line,
      type: this.#type(sections("type")),
      priority: this.#priority([...sections("priority"), ...prioritiesIn(task.prose)]),
      description: task.description,
      design: text("design"),
      acceptance_criteria: text("acceptance criteria", "acceptance"),
      assignee: text("assignee"),
      labels: itemsOf(sections("labels")).flatMap((item) => item.text.split(/[\s,]+/).filter((word) => word !== "")),
      links: [
        ...itemsOf(sections("dependencies", "deps")).flatMap((item) => this.#links(item.text, item.line, at)),
        ...saidIn(task.prose).flatMap((said) => this.#said(said, at)),
      ],
    };
  }

  /** The value of a one-word section; undefined if empty. */
  #word(sections: readonly Section[], what: string): { readonly text: string; readonly line: number } | undefined {
    const [first, second] = itemsOf(sections);
    if (second !== undefined) this.#fault(second.line, `a second ${what}: ${JSON.stringify(second.text)}`);
    return first;
  }

  #priority(sections: readonly Section[]): number | undefined {
    const word = this.#word(sections, "priority");
    if (word === undefined) return undefined;
    const priority = priorityOf(word.text);
    return (
      priority ?? this.#fault(word.line, `the priority ${JSON.stringify(word.text)} is not understood (0-4 or P0-P4)`)
    );
  }

  #type(sections: readonly Section[]): IssueType | undefined {
    const word = this.#word(sections, "type");
    if (word === undefined) return undefined;
    const why = `there is no type ${JSON.stringify(word.text)} (bug, feature, task, epic, chore, decision, or one of types.custom)`;
    return this.#known.type(word.text) ?? this.#fault(word.line, why);
  }

  /** A line of the text that names dependencies. */
  #said({ text, line, kind, isSure }: Said, task: number): PlanLink[] {
    if (!isSure && !this.#namesIn(text).every((name) => this.#target(name) !== undefined)) return [];
    const links = this.#links(text, line, task);
    return kind === "waits" ? links : links.map((link) => ({ ...link, reversed: true }));
  }

  #links(line: string, at: number, task: number): PlanLink[] {
    return this.#namesIn(line).flatMap((name) => this.#link(name, at, task));
  }

  /** A line: one title, or references separated by commas or "and", or ids separated by blanks. */
  #namesIn(line: string): readonly string[] {
    if (this.#isTitle(line)) return [line];
    if (NOTHING.test(line.trim())) return [];
    const isNamed = (name: string): boolean => !name.endsWith(":") && this.#target(name) !== undefined;
    return line.split(/[,;]/).flatMap((part) => {
      const text = part.trim();
      if (text === "" || isNamed(text)) return text === "" ? [] : [text];
      // The last one may be followed by a full stop.
      const plain = text.replace(/\.$/, "").replace(/^and\s+/i, "");
      if (isNamed(plain)) return [plain];
      for (const between of [/\s+and\s+/i, /\s+/]) {
        const names = plain.split(between);
        if (names.length > 1 && names.every(isNamed)) return names;
      }
      return [text];
    });
  }

  #isTitle(text: string): boolean {
    return this.#byTitle.has(one(bare(text)));
  }

  /** A reference and its edge type; undefined if the words before the colon are no type. */
  #typed(text: string): { readonly to: string; readonly type: EdgeType; readonly reversed: boolean } | undefined {
    if (this.#isTitle(text)) return { to: text, type: "blocks", reversed: false };
    try {
      const edge = edgeGiven(text);
      return edge === undefined ? undefined : { to: edge.to, type: edge.type, reversed: edge.reversed === true };
    } catch (error) {
      if (error instanceof Refusal) return undefined;
      throw error;
    }
  }

  /** Undefined if it names nothing; several tasks for an ambiguous title. */
  #target(text: string): readonly number[] | string | undefined {
    const name = bare(this.#typed(text)?.to ?? text);
    return this.#byTitle.get(one(name)) ?? (/^external:[^:]+:[^:]+$/.test(name) ? name : this.#known.issue(name));
  }

  #link(text: string, line: number, task: number): PlanLink[] {
    const typed = this.#typed(text);
    const target = this.#target(text);
    const named = JSON.stringify(text);
    if (typed === undefined || target === undefined) {
      this.#fault(line, `the dependency ${named} names no task of this plan and no issue of this home`);
      return [];
    }
    const { type, reversed } = typed;
    if (typeof target === "string") return [{ to: { kind: "issue", id: target }, type, reversed }];
    const [at, ...more] = target;
    if (at === undefined || more.length > 0) {
      const lines = target.map((one) => this.#tasks[one]?.line).join(", ");
      this.#fault(line, `the dependency ${named} is ambiguous: the tasks on lines ${lines} have this title`);
      return [];
    }
    if (at === task) {
      this.#fault(line, `the dependency ${named} is the task itself`);
      return [];
    }
    return [{ to: { kind: "task", at }, type, reversed }];
  }
}

/** The tasks of the plan `name`; throws all faults together. */
export function readPlan(text: string, name: string, known: Known): Planned[] {
  const tasks = parsePlan(text);
  if (tasks.length === 0)
    throw new Refusal(`no issues found in ${name} (expected ## Issue Title format)`, {
      hint: 'write a line "## Title" for each',
    });
  const reader = new Reader(tasks, known);
  const planned = tasks.map((task, at) => reader.task(task, at));
  const faults = [...reader.faults, ...(reader.faults.length === 0 ? looped(planned) : [])].sort(
    (a, b) => a.line - b.line,
  );
  if (faults.length > 0) {
    const lines = faults.map(({ line, why }) => `${name}:${line}: ${why}`);
    throw new Refusal(`the plan has errors, so nothing was created:\n${lines.join("\n")}`);
  }
  return planned;
}
