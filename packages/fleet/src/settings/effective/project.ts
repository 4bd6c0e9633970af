/** The projects of the settings, by their directories, and which of them a directory is in. Pure. */
import { resolve } from "node:path";

import { os } from "@fleet/kit/node";

import type { ProjectSettings } from "./project-schema.ts";

/** A project around a directory. */
export interface Project {
  /** As it is written in config.yaml. */
  readonly name: string;
  readonly dir: string;
  readonly settings: ProjectSettings;
}

const written = (dir: string): string => resolve(dir.replace(/^~(?=\/|$)/, () => os().homedir()));

type Projects = Readonly<Record<string, ProjectSettings>>;

/** Asked of thousands of tasks with the same settings. */
const known = new WeakMap<Projects, readonly Project[]>();

function innermostFirst(projects: Projects): readonly Project[] {
  const made = known.get(projects);
  if (made !== undefined) return made;
  const sorted = Object.entries(projects)
    .map(([name, settings]) => ({ name, dir: written(name), settings }))
    .sort((a, b) => b.dir.length - a.dir.length);
  known.set(projects, sorted);
  return sorted;
}

/** Below it, or itself. */
export const isIn = (cwd: string, dir: string): boolean => cwd === dir || cwd.startsWith(dir === "/" ? dir : `${dir}/`);

/** The projects that a directory is in, the innermost first. */
export const projectsAround = (projects: Projects, cwd: string): readonly Project[] =>
  innermostFirst(projects).filter(({ dir }) => isIn(cwd, dir));

/** The innermost of them that says how the workspaces of its tasks are set up. */
export const setupProject = ({ projects }: { readonly projects: Projects }, cwd: string): Project | undefined =>
  projectsAround(projects, cwd).find(({ settings }) => settings.setup !== undefined);
