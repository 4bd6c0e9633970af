/**
 * Whether git's trace is silent about a commit that an attempt may have made all the same: coders may start their tools without the
 * variables of the attempt (`env -i`, codex with `inherit = "core"`), and not every program that commits is git. Pure.
 */
import { LAG, type ToolSpan } from "../protect/spans.ts";
import { mayMake } from "./commits-of.ts";
import type { Move } from "./moves.ts";
import type { GitCommand, GitRan } from "./trace.ts";

const SECOND = 1_000;

/**
 * `spans`: of its tools; of a coder that tells of none all the time counts. A tool that ran then may have made it where git wrote
 * down nothing of that tool, or fewer commits than its words name.
 */
export function unheardBy(
  { commands }: GitRan,
  spans: readonly ToolSpan[] | undefined,
): (move: Pick<Move, "at">) => boolean {
  const all = spans ?? [{ from: -Infinity, until: Infinity, text: "" }];
  const heard = heardOf(all, commands);
  const silent = all.filter((span) => {
    const of = heard.get(span) ?? [];
    return of.length === 0 || madeBy(span.text) > of.filter(mayMake).length;
  });
  return ({ at }) => {
    const began = at * SECOND;
    return silent.some(({ from, until }) => from - LAG < began + SECOND && began <= until + LAG);
  };
}

/** Each command is of the tool during which it ran; of one that was seen to begin too late, the nearest. Tools at once share theirs. */
function heardOf(spans: readonly ToolSpan[], commands: readonly GitCommand[]): ReadonlyMap<ToolSpan, GitCommand[]> {
  const heard = new Map<ToolSpan, GitCommand[]>(spans.map((span) => [span, []]));
  for (const command of commands) {
    const away = (span: ToolSpan): number => distance(span, command.at);
    const near = spans.filter((span) => away(span) <= LAG);
    const least = Math.min(...near.map(away));
    const [first, ...others] = near.filter((span) => away(span) === least).map((span) => heard.get(span) ?? []);
    if (first !== undefined) others.reduce((a, b) => (b.length < a.length ? b : a), first).push(command);
  }
  return heard;
}

const distance = ({ from, until }: ToolSpan, at: number): number => Math.max(from - at, at - until, 0);

/** How many commits its words name. A value begins with no dash, or the same words could be read in more ways than time allows. */
const MAKING =
  /\bgit(?:\s+-[cC]\s+[^-\s]\S*|\s+-\S+)*\s+(?:am|cherry-pick|commit|merge|pull|rebase|revert)(?=[\s;&|"')]|$)/g;
const madeBy = (text: string): number => text.match(MAKING)?.length ?? 0;
