import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "quickstart",
  summary: "The first steps",
  examples: ["quickstart"],
  run: (ctx) =>
    ctx.say(`bd: a queue of issues with dependencies

  bd init                                  make the home (the first bd create does it too)
  bd create "Add login" -p 1 -t feature    a new issue; prints its id
  bd create "Write tests" --deps ID        one that waits for it
  bd dep add CHILD PARENT                  the same afterwards
  bd ready                                 what nothing holds up
  bd update ID --claim                     take one
  bd comment ID "found the cause"          say what you found
  bd close ID --reason "done"              finish it; what waited becomes ready
  bd show ID · bd list · bd blocked        look around
  bd history ID                            every change is one git commit

Every command takes --json. bd help lists them all.`),
};
