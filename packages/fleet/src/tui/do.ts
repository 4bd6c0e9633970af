/** Executes a person's decision by app's operation, and returns the message to show. */
import type { Fleet } from "../app/open.ts";
import { answer } from "../app/operations/answer.ts";
import { approve } from "../app/operations/approve.ts";
import { kill } from "../app/operations/kill.ts";
import { land } from "../app/operations/land.ts";
import { pause, resume } from "../app/operations/mode.ts";
import { reject } from "../app/operations/reject.ts";
import { retry } from "../app/operations/retry.ts";
import { runWords } from "../app/operations/run-words.ts";
import type { Deed } from "./state.ts";

/** The result: one line, or a command's output. */
export type Done =
  | { readonly kind: "said"; readonly text: string }
  | { readonly kind: "printed"; readonly words: string; readonly isDone: boolean; readonly text: string };

const said = (text: string): Done => ({ kind: "said", text });

/** Throws what the operation throws. `columns`: the width for a command's output. */
export async function done(fleet: Fleet, deed: Deed, columns: number): Promise<Done> {
  switch (deed.kind) {
    case "answer": {
      const given = await answer(fleet, { task: deed.id, text: deed.text, n: deed.n ?? undefined });
      return said(`${given.id}: answered ${JSON.stringify(given.answer)}`);
    }
    case "approve": {
      const { id, status } = await approve(fleet, deed.id, "");
      return said(`${id} is ${status}`);
    }
    case "reject":
      return said(`${(await reject(fleet, deed.id, deed.text)).id} goes back to its coder`);
    case "retry": {
      const { id, changed } = await retry(fleet, deed.id, { limits: {}, fresh: false, force: false });
      return said(changed ? `${id} is in the queue again` : `${id} is in the queue already`);
    }
    case "kill": {
      const { id, killed } = await kill(fleet, deed.id);
      return said(killed ? `${id} was killed` : `${id} is not running`);
    }
    case "land": {
      const { id, target, commit } = await land(fleet, deed.id);
      return said(`${id} is on ${target} as ${commit.slice(0, 10)}`);
    }
    case "pause": {
      const { accounts } = await pause(fleet, deed.account ?? undefined);
      return said(accounts === null ? "paused: nothing new is claimed" : `paused: ${accounts.join(", ")}`);
    }
    case "resume":
      await resume(fleet, deed.account ?? undefined);
      return said(deed.account === null ? "resumed: tasks are claimed again" : `resumed: ${deed.account}`);
    case "command": {
      const { isDone, text } = await runWords(fleet, deed.words, columns);
      return { kind: "printed", words: deed.words, isDone, text };
    }
  }
}
