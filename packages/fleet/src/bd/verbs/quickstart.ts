import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "quickstart",
  summary: "First steps",
  examples: ["quickstart"],
  run: (ctx) =>
    ctx.say(`bd: a queue of issues with dependencies

  fleet bd init                                  make the home (the first fleet bd create does it too)
  fleet bd create "Add login" -p 1 -t feature    a new issue; prints its id
  fleet bd create "Write tests" --deps ID        one that waits for it
  fleet bd dep add CHILD PARENT                  the same afterwards
  fleet bd ready                                 what nothing holds up
  fleet bd update ID --claim                     take one
  fleet bd comment ID "found the cause"          say what you found
  fleet bd close ID --reason "done"              finish it; what waited becomes ready
  fleet bd show ID, list, blocked                look around
  fleet bd history ID                            every change is one git commit

Every command takes --json. fleet bd help lists them all.`),
};
