/** Our TypeScript for plain node, which on 20 knows none: a module with all that it imports, in one file. */
import { rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { rolldown } from "rolldown";

/** Writes `from` to `file`. The bundler itself stays an import, found from where the file is. */
export async function bundle(from, file) {
  const made = await rolldown({ input: from, platform: "node", external: ["rolldown"] });
  await made.write({ file, format: "esm", codeSplitting: false });
  await made.close();
}

/** Imports it. The file is beside the sources, because what they look for is found from there, and gone at the end. */
export async function imported(from) {
  const file = join(dirname(from), `.${basename(from, ".ts")}-${process.pid}.mjs`);
  try {
    await bundle(from, file);
    return await import(pathToFileURL(file).href);
  } finally {
    rmSync(file, { force: true });
  }
}
