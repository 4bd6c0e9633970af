/** `fleet completion`: prints a shell's completion script for fleet and bd. */
import { SHELLS } from "../completion/shells.ts";
import { CommandError, EXIT } from "../../app/errors.ts";
import { type Command, text } from "./command.ts";

export const completion: Command = {
  json: false,
  choices: { shell: SHELLS },
  options: {},
  examples: [
    ['eval "$(fleet completion bash)"', "in ~/.bashrc; or, read when it is first needed:"],
    [
      "fleet completion bash > ~/.local/share/bash-completion/completions/fleet",
      "for bd: a link next to it, bd to fleet",
    ],
    ['eval "$(fleet completion zsh)"', "in ~/.zshrc, after compinit; or, read when it is first needed:"],
    ['fleet completion zsh > "${fpath[1]}/_fleet"', "any directory of your fpath, before compinit"],
    ["fleet completion fish | source", "in ~/.config/fish/config.fish; or, read when it is first needed:"],
    [
      "fleet completion fish > ~/.config/fish/completions/fleet.fish",
      "for bd: a link next to it, bd.fish to fleet.fish",
    ],
  ],
  run: async (io, args) => {
    const name = text(args, "shell") ?? "";
    const shell = SHELLS.find((known) => known === name);
    if (shell === undefined)
      throw new CommandError(
        `no completion for ${JSON.stringify(name)}`,
        `fleet completion ${SHELLS.join("|")}`,
        EXIT.usage,
      );
    // Loads every command and verb.
    const { completionScript } = await import("../completion/script.ts");
    io.out(await completionScript(shell));
    return EXIT.ok;
  },
};
