import { Refusal } from "../errors.ts";
import { NAMES } from "../table.ts";
import type { Verb } from "../verb.ts";

const SCRIPTS: Readonly<Record<string, (words: string) => string>> = {
  bash: (words) => `complete -W "${words}" bd\n`,
  zsh: (words) => `#compdef bd\ncompadd ${words}\n`,
  fish: (words) => `complete -c bd -n __fish_use_subcommand -f -a "${words}"\n`,
};

export const verb: Verb = {
  usage: "completion [shell]",
  summary: "Print a completion script (bash, zsh, fish)",
  examples: ["completion bash > /etc/bash_completion.d/bd"],
  args: { min: 1, max: 1 },
  run: (ctx, args) => {
    const script = SCRIPTS[args.positionals[0] ?? ""];
    if (script === undefined) throw new Refusal("choose one of: bash, zsh, fish");
    ctx.io.out(script(NAMES.join(" ")));
  },
};
