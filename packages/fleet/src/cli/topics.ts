/** `fleet help TOPIC`: topics that belong to no single command, generated from the program's own tables. */
import { EXIT } from "../app/errors.ts";
import { everyCommand, rows } from "./help.ts";
import { LIKE, WORDS } from "./words.ts";

interface Topic {
  readonly summary: string;
  readonly text: () => Promise<readonly string[]> | readonly string[];
}

/** As in the docs. */
const EXITS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: "done, or nothing to do",
  failed: "it could not be done",
  usage: "the command was written wrongly",
  stopped: "`fleet status` found no supervisor",
  unanswered: "`fleet ask` has no answer yet",
  signalled: "ended by a signal: this plus its number",
  interrupted: "ended by Ctrl-C",
};

const ENVIRONMENT: readonly (readonly [string, string])[] = [
  ["FLEET_HOME", "the home to use (default: ~/.fleet)"],
  ["BEADS_DIR", "the same, where FLEET_HOME is not set"],
  ["BEADS_ACTOR", "who acts, in the history (default: git user.name, then $USER)"],
  ["BD_JSON", "1: `fleet bd` prints JSON, as with --json"],
  ["NO_COLOR", "no colours"],
  ["CLICOLOR_FORCE", "1: colours even where the output is not a terminal"],
  ["FLEET_DEBUG", "1: a defect in fleet shows where it happened"],
];

const PLACES: readonly (readonly [string, string])[] = [
  ["~/.fleet", "the home: a git repository whose branch main is the queue"],
  ["~/.fleet/config.yaml", "the settings; every accepted version is a commit"],
  ["~/.fleet/tasks/ID/attempts/N", "what one attempt printed, changed and used"],
  ["~/.fleet/run", "caches and the supervisor's log; safe to delete"],
];

const TOPICS: ReadonlyMap<string, Topic> = new Map<string, Topic>([
  ["commands", { summary: "every command in a line", text: everyCommand }],
  [
    "words",
    {
      summary: "other words for commands",
      text: () => [
        "Each runs the command to its right:",
        ...rows([...WORDS].map(([word, argv]) => [`fleet ${word}`, `fleet ${argv.join(" ")}`])),
        "",
        "So does every bd verb that is not the name of a fleet command: `fleet close ID`",
        "is `fleet bd close ID`. For these fleet says what is meant:",
        ...rows([...LIKE].map(([word, what]) => [word, what])),
      ],
    },
  ],
  [
    "settings",
    {
      summary: "every setting, with what it means",
      text: async () => {
        const { settingKeys } = await import("../app/views/settings.ts");
        return [...rows([...settingKeys]), "", "Values and where they come from: fleet config show"];
      },
    },
  ],
  [
    "prompt",
    {
      summary: "what the prompt of agents may name, in ~/.fleet/prompt.md",
      text: async () => {
        const { promptNames } = await import("../app/words.ts");
        return [
          ...rows(Object.entries(promptNames).map(([name, what]) => [`{{${name}}}`, what.replaceAll("`", "")])),
          "",
          "As plain text: \\{{name}}. What a task's next attempt would be told:",
          "fleet task ID prompt --preview",
        ];
      },
    },
  ],
  [
    "exit-codes",
    {
      summary: "what the exit status of a command says",
      text: () =>
        rows(Object.entries(EXITS).map(([name, what]) => [String(new Map(Object.entries(EXIT)).get(name)), what])),
    },
  ],
  ["environment", { summary: "variables that fleet reads", text: () => rows(ENVIRONMENT) }],
  ["files", { summary: "what is where on disk", text: () => rows(PLACES) }],
]);

export const TOPIC_NAMES: readonly string[] = ["topics", ...TOPICS.keys()];

/** Undefined: no such topic. */
export async function topicText(name: string): Promise<string | undefined> {
  if (name === "topics")
    return `${[
      "Topics:",
      ...rows([...TOPICS].map(([topic, { summary }]) => [`fleet help ${topic}`, summary])),
      "",
      "A command: fleet help COMMAND. A verb of the queue: fleet bd VERB --help.",
    ].join("\n")}\n`;
  const topic = TOPICS.get(name);
  return topic === undefined ? undefined : `${(await topic.text()).join("\n").trimEnd()}\n`;
}
