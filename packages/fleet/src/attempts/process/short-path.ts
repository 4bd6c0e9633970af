/**
 * The path by which an attempt's processes are told of their files: short, and without the home, the prefix or the task's id,
 * which would stand in their arguments. It is a link to the attempt's directory; without one the directory itself serves.
 */
import { aliasesMark, aliasOf, isAlias, removeAlias, tidyAliases } from "@fleet/kit/process/alias";

/** The first twelve digits of a random UUID are unique enough. */
const nameOf = (uuid: string): string => uuid.replaceAll("-", "").slice(0, 12);

/** Made where it is missing. */
export const shortPath = (dir: string, uuid: string): string => aliasOf(dir, nameOf(uuid));

/** It still leads to this directory. */
export const isShortPath = (path: string, dir: string): boolean => isAlias(path, dir);

/** Changes when somebody made or removed one. */
export const shortPathsMark = (): string => aliasesMark();

export const removeShortPath = (uuid: string): void => removeAlias(nameOf(uuid));

/** Removes those of attempts that are gone with their records. */
export const tidyShortPaths = (): void => tidyAliases();
