import type { Command } from "./command.ts";

/** `fleet bd` never comes this far (main.ts takes it first); this is its line in the help. */
export const bd: Command = {
  usage: ["bd [verb..]"],
  summary: "the queue, as beads' bd: create, ready, show, update, close, dep, …",
  options: {},
  examples: [
    ['fleet bd create "Fix the login" -p 1 --coder claude', "a task for this directory"],
    ["fleet bd ready --json", "what could be worked on"],
  ],
  run: async () => 0,
};
