/**
 * How much has to stand behind an agent's word that it is done before the task closes without a person.
 * activity: a tool that ended well, beside the call that closes the task · change: something is another than where the task
 * began · check: something that was asked for (a check, an expectation, a scope) holds as well.
 */
export const EVIDENCE_LEVELS = ["activity", "change", "check"] as const;
export type EvidenceLevel = (typeof EVIDENCE_LEVELS)[number];

export const isEvidenceLevel = (value: unknown): value is EvidenceLevel =>
  EVIDENCE_LEVELS.some((level) => level === value);
