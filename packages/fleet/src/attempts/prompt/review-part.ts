/** A reviewer's requested changes: at the top of the next prompt, in one piece. Pure. */
import { fleetRecord } from "@fleet/store/fleet-record";
import type { Issue } from "@fleet/store/issue";
import { isOpenRemark, remarksOf } from "@fleet/store/remarks";

/** Empty unless it was sent back since its last completion claim. `fleet`: the command, ready for a shell. */
export function reviewPart(issue: Issue, fleet: string): string {
  const { rework } = fleetRecord(issue);
  if (rework === undefined) return "";
  const open = remarksOf(issue).filter(isOpenRemark);
  const [first] = open;
  const words = rework.words.trim() === "" ? "." : `:\n\n${rework.words.trim()}`;
  const remarks = open.map(({ mark, path, line, text, words: said, by, replies }) => {
    const lines = [`- ${mark}, ${path}:${line} (${by})`, `  > ${text}`, ...indented(said)];
    return [...lines, ...replies.flatMap((reply) => indented(`${reply.by}: ${reply.text}`))].join("\n");
  });
  const answer =
    first === undefined
      ? ""
      : `\nAnswer each remark in a comment that begins with its mark: \`${fleet} bd comment ${issue.id} "${first.mark}: what you did"\`.\n`;
  return `# Review: changes are wanted
${rework.by} has looked at the work of attempt ${rework.attempt.n} and sends it back${words}
${remarks.length === 0 ? "" : `\n${remarks.join("\n")}\n`}${answer}
That work is still there: go on from it. Then say again that you are done, as told below.

`;
}

const indented = (text: string): string[] => text.split("\n").map((line) => `  ${line}`);
