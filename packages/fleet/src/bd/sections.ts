/** Recommended sections of a description by issue type, for `create --validate` and `lint` (beads 1.0.5, RequiredSections). */
import { own } from "@fleet/kit/own";

const ACCEPTANCE = { heading: "Acceptance Criteria", hint: "Define criteria to verify completion" };

const REQUIRED: Readonly<Record<string, readonly { readonly heading: string; readonly hint: string }[]>> = {
  bug: [
    { heading: "Steps to Reproduce", hint: "Describe how to reproduce the bug" },
    { heading: "Acceptance Criteria", hint: "Define criteria to verify the fix" },
  ],
  task: [ACCEPTANCE],
  feature: [ACCEPTANCE],
  story: [ACCEPTANCE],
  epic: [{ heading: "Success Criteria", hint: "Define high-level success criteria" }],
  decision: [
    { heading: "Decision", hint: "Summarize what was decided" },
    { heading: "Rationale", hint: "Explain why this option was chosen" },
    { heading: "Alternatives Considered", hint: "List alternatives and why they were rejected" },
  ],
  spike: [
    { heading: "Goal", hint: "What question does this spike answer?" },
    { heading: "Findings", hint: "What was learned? (fill in when complete)" },
  ],
};

/** The missing sections, as headings. A non-empty acceptance field counts as its section. */
export function missingSections(
  type: string,
  description: string,
  acceptance = "",
): readonly { heading: string; hint: string }[] {
  const text = `${description}\n${acceptance}`.toLowerCase();
  return (own(REQUIRED, type) ?? []).filter(({ heading }) => {
    const criteria = heading === "Acceptance Criteria" || heading === "Success Criteria";
    return !text.includes(heading.toLowerCase()) && !(criteria && acceptance !== "");
  });
}
