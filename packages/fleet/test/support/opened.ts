/** Which files something opens: a cost that is the same on every machine. */
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { relative } from "node:path";

/** The files below `dir` that are opened, each as often as it is. */
export function opened(dir: string, act: () => void): string[] {
  const { openSync } = fs;
  const paths: string[] = [];
  fs.openSync = (path, ...rest) => {
    paths.push(relative(dir, String(path)));
    return openSync(path, ...rest);
  };
  syncBuiltinESMExports();
  try {
    act();
  } finally {
    fs.openSync = openSync;
    syncBuiltinESMExports();
  }
  return paths.filter((path) => !path.startsWith(".."));
}
