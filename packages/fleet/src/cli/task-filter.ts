/** `--state`, `--project`, `--coder`: selects tasks. A value that no task can have is refused. */
import { basename } from "node:path";

import { fromCwd } from "../app/cwd.ts";
import type { Io } from "../app/io.ts";
import { STATES, type TaskRow } from "../app/views/overview.ts";
import { type Args, text } from "./commands/command.ts";
import { oneOf } from "./one-of.ts";

/** Matches the last component of its directory, or the whole path. */
interface Project {
  readonly name: string;
  readonly directory: string;
}

export interface Chosen {
  readonly state: TaskRow["state"] | undefined;
  readonly coder: string | undefined;
  readonly project: Project | undefined;
  /** Whether any filter is given. */
  readonly isNarrowed: boolean;
}

/** The possible values, loaded only when needed. */
export interface Known {
  readonly coders: () => Promise<readonly string[]>;
  /** The directories of all tasks. */
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

/** "/" has no last component. */
const nameOf = (cwd: string): string => basename(cwd) || cwd;

const isOf = ({ name, directory }: Project, cwd: string): boolean => nameOf(cwd) === name || isIn(cwd, directory);

const isIn = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(directory === "/" ? directory : `${directory}/`);
