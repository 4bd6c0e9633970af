/** `fleet pick ID`: chooses one task of an experiment; the others close. */
import { EXIT } from "../../app/errors.ts";
import { openFleet } from "../../app/open.ts";
import { pick as pickTask, type PickedOne } from "../../app/operations/pick.ts";
import { type Command, flag, json, text } from "./command.ts";

export const pick: Command = {
  options: { message: { alias: "m", type: "string", describe: "why, kept as a comment" } },
  examples: [
    ["fleet pick fleet-3f1.2", "its work goes to review or landing; the others close, and their work is kept"],
  ],
  run: async (io, args) => {
    const done = await pickTask(openFleet(io), text(args, "id") ?? "", text(args, "message") ?? "");
    io.out(flag(args, "json") ? json(done) : pickedText(done));
    return EXIT.ok;
  },
};

function pickedText({ id, title, waits_for, closed }: PickedOne): string {
  const rest = closed.length === 0 ? "" : `Closed, with what they made kept: ${closed.join(", ")}\n`;
  switch (waits_for) {
    case "review":
      return `${id} is picked, and waits for review: ${title}\n${rest}fleet review ${id}\n`;
    case "landing":
      return `${id} is picked, and closes once it has landed: ${title}\n${rest}fleet land ${id}\n`;
    case null:
      return `${id} is picked and closed: ${title}\n${rest}`;
  }
}
