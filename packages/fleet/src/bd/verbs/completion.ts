import { SHELLS } from "../../cli/completion/shells.ts";
import { Refusal } from "../errors.ts";
import type { Verb } from "../verb.ts";

export const verb: Verb = {
  usage: "completion [shell]",
  summary: "Print a completion script (bash, zsh, fish)",
  about:
    "The same script as `fleet completion` prints: it completes bd, fleet bd and fleet's own commands, with flags, ids of issues and names of coders. Regenerate saved scripts after an upgrade.",
  examples: [
    "completion bash > ~/.local/share/bash-completion/completions/bd",
    'completion zsh > "${fpath[1]}/_bd"',
    "completion fish > ~/.config/fish/completions/bd.fish",
  ],
  args: { min: 1, max: 1 },
  run: async (ctx, args) => {
    const shell = SHELLS.find((name) => name === args.positionals[0]);
    if (shell === undefined) throw new Refusal("choose one of: bash, zsh, fish");
    const { completionScript } = await import("../../cli/completion/script.ts");
    ctx.sink.text(await completionScript(shell));
  },
};
