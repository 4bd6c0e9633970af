/** What an agent is told. */
import { describe, expect, it } from "vitest";

import type { Issue } from "@fleet/store/issue";

import { templateTrouble } from "../../src/attempts/prompt/names.ts";
import { type PromptFacts, renderPrompt } from "../../src/attempts/prompt/render.ts";
import { TEMPLATE } from "../../src/attempts/prompt/template.ts";

const issue = (over: Record<string, unknown> = {}): Issue => ({
  id: "tt-1",
  title: "Fix the login",
  status: "in_progress",
  priority: 1,
  issue_type: "task",
  created_at: "",
  updated_at: "",
  ...over,
});

const facts = (over: Partial<PromptFacts> = {}): PromptFacts => ({
  issue: issue(),
  actor: "claude/7f3a",
  attempt: 1,
  cwd: "/src/app",
  plan: "/h/tasks/tt-1/artifacts/PLAN_AND_STATUS.md",
  knowledge: "/h/tasks/tt-1/artifacts/KNOWLEDGE.md",
  fleet: "/h/bin/fleet",
  previous: [],
  ...over,
});

describe("the prompt", () => {
  it("says who, what, where the files are, how to close, how to ask, and that the claim is checked", () => {
    const text = renderPrompt(
      TEMPLATE,
      facts({ issue: issue({ description: "It fails.", acceptance_criteria: "It works." }) }),
    );
    for (const part of [
      "You are claude/7f3a, attempt 1 on task tt-1, started by fleet in /src/app.",
      "Fix the login",
      "It fails.",
      "## Acceptance criteria\nIt works.",
      "/h/tasks/tt-1/artifacts/PLAN_AND_STATUS.md",
      "/h/tasks/tt-1/artifacts/KNOWLEDGE.md",
      '`/h/bin/fleet bd close tt-1 --reason "what you did, in one line"`',
      '`/h/bin/fleet ask "one clear question"`',
      "Your claim is checked",
    ])
      expect(text).toContain(part);
    expect(text).not.toContain("{{");
    expect(text).not.toContain("Earlier attempts");
  });

  it("says once how an attempt ended, also where fleet left it as a comment", () => {
    const comment = (author: string, text: string): object => ({ author, text, created_at: "2026-03-01T12:00:00Z" });
    const comments = [
      comment("fleet", "failed 3 times, the last: exit 7"),
      comment("fleet", "exit 7\n\nThe end of standard error:\nno such host"),
      comment("ann", "exit 7"),
    ];
    const previous = [{ n: 1, outcome: "failed", reason: "exit 7", advice: "" }];
    const text = renderPrompt(TEMPLATE, facts({ issue: issue({ comments }), previous }));
    expect(text).not.toContain("failed 3 times");
    expect(text).toContain("no such host");
    expect(text).toContain("- ann, 2026-03-01T12:00:00Z: exit 7\n");
  });

  it("says how the last attempts ended, and what follows from the last one (LESSONS 13)", () => {
    const previous = [1, 2, 3, 4, 5, 6].map((n) => ({
      n,
      outcome: "failed",
      reason: `reason ${n}`,
      advice: `advice ${n}`,
    }));
    const text = renderPrompt(TEMPLATE, facts({ attempt: 7, previous }));
    expect(text).toContain("- attempt 6: failed: reason 6\nadvice 6\n");
    expect(text).toContain("- attempt 2: failed");
    expect(text).not.toContain("- attempt 1: failed");
    expect(text).not.toContain("advice 5");
  });

  it("shows comments with their authors", () => {
    const comments = [
      { id: "c", issue_id: "tt-1", author: "ann", text: "use red", created_at: "2026-03-01T12:00:00Z" },
    ];
    expect(renderPrompt(TEMPLATE, facts({ issue: issue({ comments }) }))).toContain(
      "- ann, 2026-03-01T12:00:00Z: use red",
    );
  });

  it("refuses a template that names what there is not, in its line, and says what was meant", () => {
    expect(templateTrouble(TEMPLATE)).toBeUndefined();
    expect(templateTrouble("# {{title}}\n\n{{descripton}}")).toBe(
      "line 3: unknown name {{descripton}}; did you mean {{description}}? (as plain text: \\{{descripton}})",
    );
    expect(templateTrouble("{{ x }} {{{y}}} \\{{literal}}")).toMatch(
      /^line 1: unknown name \{\{y\}\}; there are actor, /,
    );
    expect(renderPrompt("\\{{id}} is {{id}}", facts())).toBe("{{id}} is tt-1");
  });

  it("takes what a task says literally: nothing in it is filled in, and `$&` is not a reference", () => {
    const text = renderPrompt(
      "{{title}}|{{description}}|{{unknown}}",
      facts({ issue: issue({ title: "$& $1 {{id}}", description: "{{plan}}" }) }),
    );
    expect(text).toBe("$& $1 {{id}}|{{plan}}|{{unknown}}");
  });
});
