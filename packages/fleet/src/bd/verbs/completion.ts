import { completionScript, SHELLS } from "../completions.ts";
import { Refusal } from "../errors.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "completion [shell]",
  summary: "Print a completion script (bash, zsh, fish)",
  about:
    "It completes verbs, the verbs below them, and every flag, behind bd and behind fleet bd. Made anew by each version: print it again after an update.",
  examples: [
    "completion bash > ~/.local/share/bash-completion/completions/bd",
    'completion zsh > "${fpath[1]}/_bd"',
    "completion fish > ~/.config/fish/completions/bd.fish",
  ],
  args: { min: 1, max: 1 },
  run: async (ctx, args) => {
    const shell = SHELLS.find((name) => name === args.positionals[0]);
    if (shell === undefined) throw new Refusal("choose one of: bash, zsh, fish");
    ctx.io.out(await completionScript(shell));
  },
};
