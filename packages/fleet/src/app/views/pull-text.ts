/** What a pull request of a task says: what was to be done, what the agent says that it did, and what shows it. Pure. */
import { counted } from "@fleet/kit/figures";
import { clip, oneLine, someOf } from "@fleet/kit/text";
import type { Issue } from "@fleet/store/issue";

import type { Receipt } from "../../attempts/records/receipt.ts";

/** GitHub takes 65 536 characters. */
const LONGEST = 20_000;
const NAMED = 20;

export interface PullText {
  readonly title: string;
  readonly body: string;
}

export function pullText({ id, title, description = "" }: Issue, said: string, receipt: Receipt | undefined): PullText {
  const { files, checks = [], grade, accepted, not_looked_at = [] } = receipt ?? {};
  const rows = [
    ...(grade === undefined ? [] : [`- grade: ${grade}`]),
    ...(accepted === undefined ? [] : [`- accepted by ${accepted.by}`]),
    ...(files === undefined || files.count === 0
      ? []
      : [`- ${counted(files.count, "file")} changed: ${someOf(files.changed.map(code), NAMED)}`]),
    ...checks.map(({ command, verdict }) => `- ${code(command)} ${verdict}`),
    ...not_looked_at.map((line) => `- not looked at: ${line}`),
  ];
  const parts = [
    description.trim(),
    said.trim() === "" ? "" : `## Done\n\n${said.trim()}`,
    rows.length === 0 ? "" : `## What shows it\n\n${rows.join("\n")}`,
    `Fleet-Task: ${id}`,
  ];
  return { title: oneLine(title), body: `${clip(parts.filter((part) => part !== "").join("\n\n"), LONGEST)}\n` };
}

/** As code, whatever it holds. */
const code = (text: string): string => {
  const line = oneLine(text);
  return line.includes("`") ? `\`\` ${line} \`\`` : `\`${line}\``;
};
