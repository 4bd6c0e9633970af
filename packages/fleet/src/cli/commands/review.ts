/** `fleet review`: lists work that waits for a person; for one task shows what a decision needs, and takes the decision. */
import { counted } from "@fleet/kit/figures";
import { shellWord } from "@fleet/kit/shell";
import { isBlank } from "@fleet/kit/text";
import { terminalWidth } from "@fleet/kit/width";

import { CommandError, EXIT } from "../../app/errors.ts";
import type { Io } from "../../app/io.ts";
import { type Fleet, openFleet } from "../../app/open.ts";
import { approve } from "../../app/operations/approve.ts";
import { lookedAt, refuseOther } from "../../app/operations/looked.ts";
import { reject } from "../../app/operations/reject.ts";
import { remarkAt, type RemarkMade, remarkOn } from "../../app/operations/remark.ts";
import { receiptView } from "../../app/views/receipt.ts";
import { reviewDiff, reviewPage, type ReviewPage } from "../../app/views/review-page.ts";
import { reviewRows, waitsForReview } from "../../app/views/reviews.ts";
import { describeReceipt } from "../../app/words.ts";
import { type Editor, withEditor } from "../editor.ts";
import { toEdit, written } from "../review-edit.ts";
import { reviewHead, reviewsTable, remarkLines } from "../screens/reviews-table.ts";
import { colours } from "../style.ts";
import { approvedText } from "./approve.ts";
import { type Args, type Command, flag, json, text } from "./command.ts";
import { rejectedText } from "./reject.ts";

export const review: Command = {
  forPerson: (args) => ["approve", "request-changes", "comment", "edit"].some((name) => args[name] !== undefined),
  options: {
    approve: { type: "boolean", describe: "accept its work: the task closes, or waits to land" },
    "request-changes": { type: "boolean", describe: "send it back with -m and all open remarks" },
    comment: { type: "string", describe: "remark on a line of its work, FILE:LINE; -m says what" },
    edit: { alias: "e", type: "boolean", describe: "the diff in $EDITOR; lines that begin with > become remarks" },
    message: { alias: "m", type: "string", describe: "what you say" },
  },
  examples: [
    ["fleet review", "work that waits for you, oldest first"],
    ["fleet review fleet-3f1", "its receipt, remarks and their answers, and its diff"],
    [
      'fleet review fleet-3f1 --comment src/a.ts:12 -m "why twice?"',
      "a remark, sent with the next request for changes",
    ],
    ["fleet review fleet-3f1 -e --request-changes", "remarks written into the diff, and sent back at once"],
    ["fleet review fleet-3f1 --approve", "the same as fleet approve"],
  ],
  run: async (io, args) => {
    const fleet = openFleet(io);
    const id = text(args, "id");
    if (id === undefined) return await list(io, args, fleet);
    if (flag(args, "approve") && flag(args, "request-changes"))
      throw new CommandError("--approve or --request-changes, not both", `fleet review ${id} --approve`, EXIT.usage);
    const at = text(args, "comment");
    if (!flag(args, "edit")) await send(io, args, fleet, { id, ...(await said(io, args, fleet, id)) });
    else if (at !== undefined)
      throw new CommandError("--comment or --edit, not both", `fleet review ${id} -e`, EXIT.usage);
    else
      await withEditor(io, { name: "review.diff", again: `EDITOR=nano fleet review ${id} -e` }, async (edit) => {
        await send(io, args, fleet, { id, ...(await edited(io, args, fleet, { id, edit })) });
      });
    return EXIT.ok;
  },
};

async function send(io: Io, args: Args, fleet: Fleet, { id, words, looked, made }: Sent): Promise<void> {
  if (flag(args, "approve")) {
    const done = await approve(fleet, id, words, looked);
    io.out(flag(args, "json") ? json(done) : approvedText(done));
  } else if (flag(args, "request-changes")) {
    const done = await reject(fleet, id, words, looked);
    io.out(flag(args, "json") ? json(done) : rejectedText(done));
  } else if (made === undefined) await show(io, args, fleet, id);
  else io.out(flag(args, "json") ? json({ remarks: made }) : remarkedText(fleet, id, made));
}

async function list(io: Io, args: Args, fleet: Fleet): Promise<number> {
  if (["approve", "request-changes", "comment", "edit"].some((name) => args[name] !== undefined))
    throw new CommandError("which task?", "fleet review ID …", EXIT.usage);
  const rows = await reviewRows(fleet);
  if (flag(args, "json")) io.out(json({ reviews: rows }));
  else if (rows.length === 0) io.out("Nothing waits for review.\n");
  else io.out(`${reviewsTable(rows, { c: colours(io), width: terminalWidth(io), now: io.now() }).join("\n")}\n`);
  return EXIT.ok;
}

interface Said {
  /** About the whole work. */
  readonly words: string;
  /** Undefined where none were asked for. */
  readonly made: readonly RemarkMade[] | undefined;
  /** The attempt, by its uuid, whose work was before the person. */
  readonly looked: string | undefined;
}

interface Sent extends Said {
  readonly id: string;
}

const isSent = (args: Args): boolean => flag(args, "approve") || flag(args, "request-changes");

async function said(io: Io, args: Args, fleet: Fleet, id: string): Promise<Said> {
  const message = text(args, "message") ?? "";
  const at = text(args, "comment");
  if (at === undefined) {
    if (!isBlank(message) && !isSent(args))
      throw new CommandError(
        "-m says something with --approve, --request-changes or --comment FILE:LINE",
        `fleet review ${id} --request-changes -m "…"`,
        EXIT.usage,
      );
    return { words: message, made: undefined, looked: undefined };
  }
  if (isBlank(message))
    throw new CommandError("a remark says something", `fleet review ${id} --comment ${at} -m "…"`, EXIT.usage);
  const made = await remarkAt(fleet, id, { at, cwd: io.cwd, words: message });
  return { words: "", made, looked: undefined };
}

async function edited(
  io: Io,
  args: Args,
  fleet: Fleet,
  { id, edit }: { readonly id: string; readonly edit: Editor },
): Promise<Said> {
  const issue = fleet.find(id);
  const looked = await lookedAt(fleet, issue);
  const page = await reviewPage(fleet, issue);
  const changed = await reviewDiff(fleet, issue, io.env);
  if (changed.kind === "none")
    throw new CommandError(
      `there is no diff to write into: ${changed.why}`,
      `fleet review ${id} --request-changes -m "…"`,
    );
  const { words, remarks } = written(await edit(toEdit(pageText(io, page, 100), changed.diff)));
  const made = await remarkOn(fleet, id, remarks, looked.head);
  if (words !== "" && !isSent(args))
    throw new CommandError(
      `${made.length === 0 ? "" : `kept ${counted(made.length, "remark")}; `}words about no line are sent with --request-changes or --approve`,
      `fleet review ${id} --request-changes -m ${shellWord(words)}`,
    );
  // Editors stay open for hours: others may have sent it back since, and it may have been done again.
  if (isSent(args)) await refuseOther(fleet, id, looked);
  const all = [text(args, "message") ?? "", words].filter((part) => !isBlank(part)).join("\n\n");
  return { words: all, made, looked: looked.attempt };
}

function remarkedText(fleet: Fleet, id: string, made: readonly RemarkMade[]): string {
  if (made.length === 0) return "No remarks.\n";
  const next = waitsForReview(fleet, id)
    ? `To send it back with them: fleet review ${id} --request-changes`
    : `${id} does not wait for review: the remarks are sent when it is next sent back.`;
  return `${made.map(({ mark, path, line }) => `${mark} on ${path}:${line}\n`).join("")}${next}\n`;
}

function pageText(io: Pick<Io, "now">, { row, issue, receipt, remarks: said }: ReviewPage, width: number): string {
  const parts = [
    reviewHead(issue, row, width, io.now()),
    receipt === undefined ? "" : describeReceipt(receipt, { width, now: io.now() }),
    remarkLines(said, width, io.now()).join("\n"),
  ];
  return parts
    .map((part) => part.trimEnd())
    .filter((part) => part !== "")
    .join("\n\n");
}

async function show(io: Io, args: Args, fleet: Fleet, id: string): Promise<void> {
  const issue = fleet.find(id);
  const page = await reviewPage(fleet, issue);
  const changed = await reviewDiff(fleet, issue, io.env);
  if (flag(args, "json")) {
    const { row = null, receipt, remarks: said } = page;
    const shown = receipt === undefined ? null : receiptView(receipt);
    const { base_commit, cwd, diff } = changed.kind === "diff" ? changed : { base_commit: null, cwd: null, diff: null };
    io.out(
      json({ id: issue.id, title: issue.title, review: row, receipt: shown, remarks: said, base_commit, cwd, diff }),
    );
    return;
  }
  io.out(`${pageText(io, page, terminalWidth(io))}\n\n`);
  if (changed.kind === "none") io.out(`No diff: ${changed.why}.\n`);
  else
    io.out(
      changed.diff === "" ? `No changes since ${changed.base_commit.slice(0, 10)} in ${changed.cwd}.\n` : changed.diff,
    );
}
