/** `fleet task ID …`: a task's attempts and the files they left. */
import { printableJson } from "@fleet/kit/printable";
import { shellWord } from "@fleet/kit/shell";
import { someOf } from "@fleet/kit/text";
import { terminalWidth } from "@fleet/kit/width";

import { CommandError, EXIT } from "../../app/errors.ts";
import type { Io } from "../../app/io.ts";
import { openFleet } from "../../app/open.ts";
import { followEvents, followLines, type LogOf, logOf } from "../../app/views/attempt-log.ts";
import { attemptMeant, receiptOf, type TaskOf, type TextKind, textOf } from "../../app/views/attempt-of.ts";
import { changesOf } from "../../app/views/changes-of.ts";
import { promptPreview } from "../../app/views/prompt-preview.ts";
import { receiptView } from "../../app/views/receipt.ts";
import { resultOf } from "../../app/views/result.ts";
import { taskPage, taskView } from "../../app/views/task.ts";
import { taskJson } from "../../app/views/task-json.ts";
import { restore } from "../../app/operations/restore.ts";
import { openable, workspaceView } from "../../app/views/workspace.ts";
import { describeReceipt } from "../../app/words.ts";
import { diffLines } from "../screens/diff-lines.ts";
import { TaskLog } from "../screens/task-log.ts";
import { taskText } from "../screens/task-page.ts";
import type { Screen } from "../screens/tasks-table.ts";
import { paged } from "../pager.ts";
import { colours } from "../style.ts";
import { isView, viewLine, viewMeant, VIEWS } from "../task-views.ts";
import { openAt } from "../workspace-opened.ts";
import { type Args, type Command, flag, json, text } from "./command.ts";

export const task: Command = {
  choices: { view: VIEWS },
  options: {
    follow: { alias: "f", type: "boolean", describe: "log: keep printing new lines" },
    verbose: { alias: "v", type: "boolean", describe: "log: the output of every tool, not only of those that failed" },
    preview: { type: "boolean", describe: "prompt: the prompt of the next attempt" },
    raw: { type: "boolean", describe: "log: the coder's own lines" },
    stat: { type: "boolean", describe: "diff: how much of which files" },
    "name-only": { type: "boolean", describe: "diff: which files" },
    before: { type: "number", describe: "restore: as it was before this attempt" },
    attempt: { alias: "n", type: "number", describe: "this attempt alone; of a view: instead of the newest" },
  },
  examples: [
    ["fleet task fleet-3f1", "its attempts and how they ended"],
    ["fleet task fleet-3f1 log -f", "follow what it does"],
    ["cd $(fleet task fleet-3f1 path)", "where its files are: its directory, or its clone of that"],
    ["fleet task fleet-3f1 open", "the same, in $EDITOR or else a shell"],
    ["fleet task fleet-3f1 restore --before 2", "put its clone back to how it was before its second attempt"],
    ["fleet task fleet-3f1 log --raw | jq .", "the coder's own stream"],
    ["fleet task fleet-3f1 prompt --preview", "the prompt of its next attempt"],
  ],
  run: async (io, args) => {
    const fleet = openFleet(io);
    const { home, store } = fleet;
    const view = text(args, "view") ?? "attempts";
    const named = text(args, "id") ?? "";
    if (!isView(view)) {
      const close = viewMeant(view);
      throw new CommandError(
        `fleet task: no view ${JSON.stringify(view)}`,
        close === undefined ? `fleet task ${shellWord(named)} ${VIEWS.join("|")}` : viewLine(close, [named]),
        EXIT.usage,
      );
    }
    const issue = fleet.find(named);
    const of = { home, issue };
    switch (view) {
      case "attempts": {
        const n = numberIn(args);
        if (n !== undefined) attemptMeant(of, n);
        const shown = await taskView(fleet, issue.id, n);
        const page = taskPage(fleet, issue, shown);
        io.out(flag(args, "json") ? json(taskJson(page, shown)) : `${taskText(page, shown, screenOf(io))}\n`);
        break;
      }
      case "log": {
        const isFollowed = flag(args, "follow");
        const wanted = logOf(store, of, { n: numberIn(args), isFollowed });
        if (wanted.isAwaited) io.err(`${issue.id} has not started yet; this waits until it has (Ctrl-C to stop).\n`);
        await log(io, args, wanted);
        break;
      }
      case "plan":
      case "knowledge":
      case "stderr":
      case "prompt":
        if (view === "prompt" && flag(args, "preview")) {
          const preview = await promptPreview(fleet, issue);
          io.out(flag(args, "json") ? json(preview) : preview.text);
        } else textFile(io, args, of, view);
        break;
      case "receipt": {
        const receipt = receiptOf(of, numberIn(args));
        const page = { width: terminalWidth(io), now: io.now() };
        io.out(flag(args, "json") ? json(receiptView(receipt)) : describeReceipt(receipt, page));
        break;
      }
      case "result": {
        const result = resultOf(home, issue);
        io.out(flag(args, "json") ? json(result) : `${result.text.trimEnd()}\n`);
        break;
      }
      case "path": {
        const where = workspaceView(home, issue);
        if (!flag(args, "json") && where.path === "")
          throw new CommandError(`${issue.id} has no directory`, `fleet bd update ${issue.id} --cwd DIR`);
        io.out(flag(args, "json") ? json(where) : `${where.path}\n`);
        break;
      }
      case "open": {
        const { path, variables } = await openable(fleet, issue);
        return await openAt(io, issue.id, path, variables);
      }
      case "restore": {
        const before = text(args, "before");
        const done = await restore(fleet, issue, before === undefined ? undefined : Number(before));
        const line = `${done.branch} is at ${done.commit.slice(0, 10)} in ${done.dir}, with the files of then.\n`;
        const kept = `What it replaced: git -C ${shellWord(done.depot)} log ${done.replaced}/snapshot\n`;
        io.out(flag(args, "json") ? json(done) : line + kept);
        break;
      }
      case "diff":
        await diff(io, args, of);
    }
    return EXIT.ok;
  },
};

const screenOf = (io: Io): Screen => ({ c: colours(io), width: terminalWidth(io), now: io.now() });

function numberIn(args: Args): number | undefined {
  const wanted = text(args, "attempt");
  return wanted === undefined ? undefined : Number(wanted);
}

async function log(io: Io, args: Args, of: LogOf): Promise<void> {
  if (flag(args, "raw")) await followLines(of, "raw", (line) => io.exact(`${line}\n`), io.interrupted);
  else if (flag(args, "json"))
    await followLines(of, "events", (line) => io.out(`${printableJson(line)}\n`), io.interrupted);
  else await readLog(io, of, flag(args, "verbose"));
}

async function readLog(io: Io, of: LogOf, verbose: boolean): Promise<void> {
  const lines = new TaskLog({ c: colours(io), width: terminalWidth(io), verbose, now: io.now() });
  const say = (said: readonly string[]): void => {
    if (said.length > 0) io.out(`${said.join("\n")}\n`);
  };
  const reader = {
    event: (...[at, event]: Parameters<TaskLog["event"]>): void => say(lines.event(at, event)),
    stderr: (line: string): void => say(lines.stderr(line)),
    caughtUp: (): void => say(lines.open(io.now(), false)),
  };
  await followEvents(of, reader, io.interrupted);
  say(lines.open(io.now(), true));
}

const NOTHING: Readonly<Record<TextKind, string>> = {
  plan: "the agent has written no plan",
  knowledge: "the agent has written down no knowledge",
  stderr: "it printed nothing on standard error",
  prompt: "no prompt was made",
};

function textFile(io: Io, args: Args, of: TaskOf, kind: TextKind): void {
  const view = textOf(of, kind, numberIn(args));
  const { path, text: content } = view;
  if (flag(args, "json")) io.out(json(view));
  else if (content.trim() === "") io.err(`(${NOTHING[kind]}: ${path})\n`);
  else io.out(content.endsWith("\n") ? content : `${content}\n`);
}

/** What changed in the directory's repository since the attempt began: commits and uncommitted changes. */
async function diff(io: Io, args: Args, of: TaskOf): Promise<void> {
  const n = numberIn(args);
  const form = flag(args, "stat") ? "stat" : flag(args, "name-only") ? "names" : "patch";
  const changed = await changesOf(of, io.env, form, n);
  const { cwd, base_commit, diff: changes, unfiltered, left_out } = changed;
  if (unfiltered.length > 0)
    io.err(
      `(git reads ${someOf(unfiltered, 5)} through a filter, which fleet does not run: shown as on disk, changed or not)\n`,
    );
  if (left_out.length > 0) io.err(`(new, and too large or too many to be shown: ${someOf(left_out, 5)})\n`);
  if (flag(args, "json")) io.out(json({ cwd, base_commit, diff: changes, left_out }));
  else if (changes === "") io.err(`No changes since ${base_commit.slice(0, 10)} in ${cwd}.\n`);
  else if (io.isTerminal.stdout) await paged(io, form === "patch" ? diffLines(changes, colours(io)) : changes);
  // Without colour or pager, so that `git apply` takes it.
  else io.exact(changes);
}
