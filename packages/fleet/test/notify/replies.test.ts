/** A channel of two directions, as a chat would be: one more file beside the others, and what a person answers by it reaches the agent. */
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import type { Channel, Reply } from "../../src/app/notify/channel.ts";
import { openFleet } from "../../src/app/open.ts";
import { sendCalls } from "../../src/app/operations/notify.ts";
import { Journal } from "../../src/engine/shell/state/journal.ts";
import { Fleet } from "../support/fleet.ts";
import { until } from "../support/until.ts";

/** All that a chat service has to be for fleet: messages go out, and those of people come in, from a place on. */
class Chat implements Channel {
  readonly out: string[] = [];
  readonly in: Reply[] = [];

  async send({ title, lines }: Parameters<Channel["send"]>[0]): ReturnType<Channel["send"]> {
    this.out.push([title, ...lines].join("\n"));
    return await Promise.resolve({ kind: "sent" });
  }

  async receive(after: string | null): ReturnType<NonNullable<Channel["receive"]>> {
    return await Promise.resolve({ replies: this.in.slice(Number(after ?? 0)), place: String(this.in.length) });
  }
}

it("calls for a question, takes the answer once, in the name of who gave it, and says what it could not take", async () => {
  await using fleet = await Fleet.make();
  const id = await fleet.task("asks", "fleet ask 'Which database?' --option tests --option shop");
  await fleet.supervise();
  await fleet.settled(id, "blocked");
  fleet.askToStop();
  await until("the supervisor's end", () => fleet.supervisor() === undefined);
  fleet.configure({}, `notify: ${JSON.stringify({ chat: { command: "true" } })}\n`);
  const chat = new Chat();
  let now = Date.now();
  // Each time as another process would: nothing is kept but what is on disk.
  const turn = async (): ReturnType<typeof sendCalls> =>
    await sendCalls(
      openFleet({ cwd: fleet.project, env: fleet.env, now: () => now }),
      async () => await Promise.resolve(chat),
    );
  await turn();
  new Journal(fleet.home, () => now).write("waiting", "asks: Which database?", { task: id, attempt: 1 });
  await turn();
  expect(chat.out.join()).toMatch(/Which database\?/);

  const from = { name: "ada", email: "ada@example.org" };
  chat.in.push({ from, task: id, question: null, text: "shop" });
  // What can't be written now is received once more, and nobody is told that it was refused.
  const objects = join(fleet.home, ".git", "objects");
  renameSync(objects, `${objects}.aside`);
  writeFileSync(objects, "");
  await turn();
  rmSync(objects);
  renameSync(`${objects}.aside`, objects);
  expect(chat.out.join()).not.toMatch(/was not taken/);
  now += 5_000;
  const { again } = await turn();
  expect(fleet.comments(id)).toContain("shop");
  expect(fleet.issue(id).comments?.at(-1)?.author).toBe("ada");
  expect(fleet.journal()).toMatch(/"by":"ada"/);
  // A chat is asked again soon, whatever else happens.
  expect(Date.parse(again ?? "") - now).toBe(5_000);

  const said = fleet.comments(id);
  now += 5_000;
  await turn();
  expect(fleet.comments(id)).toBe(said);
  chat.in.push({ from, task: id, question: null, text: "tests" }, { from, task: "tt-none", question: 1, text: "x" });
  now += 5_000;
  await turn();
  expect(fleet.comments(id)).toBe(said);
  expect(chat.out.slice(-2)).toEqual([
    expect.stringContaining(`Your answer to ${id} was not taken\n`),
    expect.stringContaining("Your answer to tt-none was not taken\n"),
  ]);
});
