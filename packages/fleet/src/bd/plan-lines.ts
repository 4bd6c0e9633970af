/**
 * Finds lines of a task's text that name its dependencies, as people write them: "Depends on: B", "- **Blocked by:** B", and a list
 * below such a line. A line that is overlooked would let its task start too early. Pure.
 */
export interface Line {
  readonly text: string;
  /** Counted from 1. */
  readonly line: number;
}

export interface Said extends Line {
  /** waits: this task waits for those named · blocks: those named wait for this task. */
  readonly kind: "waits" | "blocks";
  /** The words are unambiguous. Otherwise the line counts only if the named task exists. */
  readonly isSure: boolean;
}

/** What these words mean before a colon. */
const LABELS: readonly (readonly [words: RegExp, kind: Said["kind"], isSure: boolean])[] = [
  [/^(?:depends(?: up)?(?: on)?|dependenc(?:y|ies)|deps|(?:is )?blocked (?:by|on)|waits? (?:for|on))$/, "waits", true],
  [/^blocks$/, "blocks", true],
  [/^(?:requires|needs|after|prerequisites?)$/, "waits", false],
];

const BULLET = /^(\s*)(?:[-*+]|\d{1,9}[.)])\s+(?:\[[ xX]\]\s+)?/;
const LABELLED = /^[\s>]*[*_]{0,3}([A-Za-z][A-Za-z ]{2,18}?)[*_]{0,3}\s*[:：][*_]{0,3}\s*(.*)$/;
/** The first two cells of a table row. */
const ROW = /^\s*\|\s*[*_]{0,3}([A-Za-z][A-Za-z ]{2,18}?)[*_]{0,3}\s*[:：]?\s*\|\s*([^|]*?)\s*(?:\||$)/;
/** Marked as a field, because the word alone occurs in ordinary sentences. */
const PRIORITY = /^[\s>]*(?:[-*+]\s+)?(\*\*|__)priority(?:[:：]\1|\1\s*[:：])\s*(.*)$/i;
/** The words without a mark, if an exact name follows. */
const SENTENCE = /^[\s>]*(?:depends on|blocked by|waits for)\s+(.+)$/i;

/** A line without its list marker; `text` is empty if a list below has the names. */
function labelled(line: string): Omit<Said, "line"> | undefined {
  const [, words = "", text = ""] = LABELLED.exec(line) ?? ROW.exec(line) ?? [];
  const name = words.toLowerCase().replaceAll(/\s+/g, " ").trim();
  const label = LABELS.find(([known]) => known.test(name));
  if (label !== undefined) return { kind: label[1], isSure: label[2], text: text.trim() };
  const sentence = SENTENCE.exec(line)?.[1];
  return sentence === undefined ? undefined : { kind: "waits", isSure: false, text: sentence.trim() };
}

/** The items of the list that follows, indented more than `indent`, possibly after an empty line. */
function itemsBelow(lines: readonly Line[], from: number, indent: number): readonly Line[] {
  const items: Line[] = [];
  for (const { text, line } of lines.slice(from)) {
    const bullet = BULLET.exec(text);
    if (bullet === null && text.trim() === "" && items.length === 0) continue;
    if (bullet === null || (bullet[1] ?? "").length <= indent) break;
    items.push({ text: text.slice(bullet[0].length).trim(), line });
  }
  return items;
}

/** For the lines of one text, without code blocks. */
export function saidIn(lines: readonly Line[]): Said[] {
  return lines.flatMap(({ text, line }, at): Said[] => {
    const bullet = BULLET.exec(text);
    const said = labelled(text.slice(bullet?.[0].length ?? 0));
    if (said === undefined) return [];
    if (said.text !== "") return [{ ...said, line }];
    const indent = bullet === null ? -1 : (bullet[1] ?? "").length;
    return itemsBelow(lines, at + 1, indent).map((item) => ({ ...said, ...item }));
  });
}

/** The priority that the lines of a text state. */
export const prioritiesIn = (lines: readonly Line[]): Line[] =>
  lines.flatMap(({ text, line }) => {
    const said = PRIORITY.exec(text)?.[2];
    return said === undefined ? [] : [{ text: said.trim(), line }];
  });
