/** `--state`, `--project`, `--coder`: which tasks a person wants to see. What fits no task that there could be is refused. */
import { basename } from "node:path";

import { fromCwd } from "../app/cwd.ts";
import type { Io } from "../app/io.ts";
import { STATES, type TaskRow } from "../app/views/overview.ts";
import { type Args, text } from "./commands/command.ts";
import { oneOf } from "./one-of.ts";

/** By the last part of its directory, or by that directory. */
interface Project {
  readonly name: string;
  readonly directory: string;
}

export interface Chosen {
  readonly state: TaskRow["state"] | undefined;
  readonly coder: string | undefined;
  readonly project: Project | undefined;
  /** Anything at all is asked for. */
  readonly isNarrowed: boolean;
}

/** What there is to choose from, asked for where it is needed. */
export interface Known {
  readonly coders: () => Promise<readonly string[]>;
  /** Directories of all tasks. */
  readonly directories: () => readonly string[];
}

export async function chosenBy(io: Io, args: Args, known: Known): Promise<Chosen> {
  const [state, coder, project] = [text(args, "state"), text(args, "coder"), text(args, "project")];
  return {
    state: state === undefined ? undefined : oneOf(STATES, state, "state", "fleet tasks --state"),
    coder: coder === undefined ? undefined : oneOf(await known.coders(), coder, "coder", "fleet tasks --coder"),
    project: project === undefined ? undefined : projectOf(io, project, known.directories()),
    isNarrowed: (state ?? coder ?? project) !== undefined,
  };
}

function projectOf(io: Io, name: string, directories: readonly string[]): Project {
  const project = { name, directory: fromCwd(io, name) };
  if (!directories.some((cwd) => isOf(project, cwd)))
    oneOf([...new Set(directories.map(nameOf))].sort(), name, "project", "fleet tasks --project");
  return project;
}

export const isChosen = ({ state, coder, project }: Chosen, row: TaskRow): boolean =>
  (state === undefined || row.state === state) &&
  (coder === undefined || row.coder === coder) &&
  (project === undefined || (row.cwd !== null && isOf(project, row.cwd)));

/** "/" has no last part. */
const nameOf = (cwd: string): string => basename(cwd) || cwd;

const isOf = ({ name, directory }: Project, cwd: string): boolean => nameOf(cwd) === name || isIn(cwd, directory);

const isIn = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(directory === "/" ? directory : `${directory}/`);
