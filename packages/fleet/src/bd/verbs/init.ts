import { gitOn } from "@fleet/store/git/hint";
import { gitDirOf, homeExists } from "@fleet/store/home";

import { DEFAULT_PREFIX } from "../../app/default-prefix.ts";
import { makeHome } from "../context.ts";
import { Refusal } from "../errors.ts";
import type { Verb } from "../verb.ts";

const PREFIX = /^[A-Za-z][A-Za-z0-9._-]*$/;
const ignored = (help: string): { type: "bool"; hidden: true; help: string } => ({ type: "bool", hidden: true, help });

/** Flags for bd's database and generated files, which do not exist here. */
const VALUES = ["backend", "branch", "role", "database", "destroy-token"];
const AGENTS = ["agents-template", "agents-profile", "agents-file"];
const SERVER = ["server-host", "server-port", "server-socket", "server-user"];
const BOOLS = ["contributor", "team", "setup-exclude", "from-jsonl", "reinit-local", "discard-remote"];
const SERVER_BOOLS = ["server", "shared-server", "external"];

export const verb: Verb = {
  usage: "init",
  summary: "Create the home, where issues and their history are stored",
  about:
    "Nothing else is written: no AGENTS.md, no CLAUDE.md, no hooks, no commit in the project. A second run answers\n" +
    '"already initialized" and changes nothing.',
  flags: {
    prefix: { type: "string", short: "p", help: "Prefix of IDs", default: DEFAULT_PREFIX },
    force: { type: "bool", hidden: true, help: "Accepted; an existing home is never overwritten" },
    "skip-agents": ignored("Accepted; agent files are never written"),
    "skip-hooks": ignored("Accepted; hooks are never written"),
    stealth: ignored("Accepted; nothing is ever written into the project"),
    "non-interactive": ignored("Accepted; nothing is ever asked"),
    "init-if-missing": { type: "bool", help: "Succeed if the home exists already" },
    ...Object.fromEntries([...BOOLS, ...SERVER_BOOLS].map((name) => [name, ignored("Ignored")])),
    ...Object.fromEntries(
      [...VALUES, ...AGENTS, ...SERVER].map((name) => [
        name,
        { type: "string", hidden: true, help: "Ignored" } as const,
      ]),
    ),
    remote: { type: "string", hidden: true, help: "Not supported: fleet sync URL" },
  },
  examples: ["init", "init --prefix api"],
  args: { max: 1 },
  errors: "stderr",
  writes: true,
  run: async (ctx, args) => {
    // Refuse: the existing home differs from the one asked for.
    if ((args.text("remote") ?? "") !== "")
      throw new Refusal("'bd init --remote' is not supported by this store", { hint: "fleet init; fleet sync URL" });
    const prefix = (args.text("prefix") ?? DEFAULT_PREFIX).replace(/-+$/, "");
    if (!PREFIX.test(prefix) || prefix.includes(".."))
      throw new Refusal(
        `invalid prefix ${JSON.stringify(prefix)}: letters, digits, dot, dash and underscore, a letter first`,
      );
    if (homeExists(ctx.home)) {
      if (args.flag("init-if-missing")) return 0;
      throw new Refusal(`already initialized: ${ctx.home} is a fleet home`, {
        family: "plain",
        hint: `to start over elsewhere, set FLEET_HOME; to look at it: ${gitOn(gitDirOf(ctx.home))} log --oneline`,
      });
    }
    const { lines } = await makeHome(ctx, prefix);
    if (!ctx.quiet) {
      ctx.say(`✓ bd initialized in ${ctx.home}`);
      ctx.say(`  Issue prefix: ${prefix}`);
      ctx.say(`  Issues will be named: ${prefix}-<hash> (e.g., ${prefix}-a3f2dd)`);
      for (const line of lines.slice(1)) ctx.say(`  ${line}`);
      ctx.say("");
      ctx.say('Next: fleet bd create "First task", then fleet bd ready');
    }
    return 0;
  },
};
