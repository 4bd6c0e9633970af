/** Where a program is, as a shell would look it up: in the PATH that it will have, not in this process's. */
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";

/** `cwd`: what a name with a slash in it is relative to, as an empty part of the PATH is. */
export function findProgram(file: string, path: string, cwd: string): string | undefined {
  const isPath = file.includes("/");
  const places = isAbsolute(file)
    ? [file]
    : isPath
      ? [join(cwd, file)]
      : path.split(delimiter).map((dir) => (isAbsolute(dir) ? join(dir, file) : join(cwd, dir, file)));
  return places.find(isProgram);
}

/** Whether there is a file that we may run. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
