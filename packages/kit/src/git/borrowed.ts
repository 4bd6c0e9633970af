/**
 * A temporary repository of our own over the objects of another: with refs and a configuration that we chose, and an object
 * directory of its own. Through it files of a working tree become objects, and objects are handed on, while nothing is written
 * into the other and nothing runs that it names.
 */
import { join } from "node:path";

import { ensureDir, replaceFile } from "../files.ts";
import { readText } from "../read.ts";
import { alternatesText } from "./alternates.ts";
import { packedText, type Ref } from "./refs.ts";
import { configText, type Setting } from "./settings.ts";

export interface Borrowing {
  /** Where it is made: no such directory is there. */
  readonly at: string;
  readonly format: "sha1" | "sha256";
  /** Object directories, of which the first is asked first. */
  readonly objects: readonly string[];
  /** The git directory whose ignores and attributes count; of linked working trees the shared one. */
  readonly commonDir: string;
  readonly settings: readonly Setting[];
  /** Paths of the working tree that are passed over: repositories in it. */
  readonly without: readonly string[];
}

const put = (path: string, text: string): void => replaceFile(path, text, { sync: false });

/** Special in a pattern of gitignore; a line break can't be in one, and is any sign then. */
const pattern = (path: string): string => `/${path.replaceAll(/[\\*?[\]! #]/g, String.raw`\$&`).replaceAll("\n", "?")}`;

export function makeBorrowed({ at, format, objects, commonDir, settings, without }: Borrowing): void {
  for (const dir of ["objects/info", "objects/pack", "refs", "info"]) ensureDir(join(at, dir));
  put(join(at, "HEAD"), "ref: refs/heads/none\n");
  const version = format === "sha256" ? "1" : "0";
  const own = [
    { scope: "", key: "core.repositoryformatversion", value: version },
    { scope: "", key: "core.bare", value: "false" },
    ...(format === "sha256" ? [{ scope: "", key: "extensions.objectformat", value: format }] : []),
  ];
  const others = settings.filter(({ key }) => !/^(?:extensions|filter)\.|^core\.repositoryformatversion$/.test(key));
  put(join(at, "config"), configText([...others, ...own]));
  put(join(at, "objects", "info", "alternates"), alternatesText(objects));
  const excluded = readText(join(commonDir, "info", "exclude"), { links: "follow" }) ?? "";
  put(join(at, "info", "exclude"), `${excluded}\n${without.map((path) => `${pattern(path)}\n`).join("")}`);
  const attributes = readText(join(commonDir, "info", "attributes"), { links: "follow" });
  if (attributes !== undefined) put(join(at, "info", "attributes"), attributes);
  const shallow = readText(join(commonDir, "shallow"), { links: "follow" });
  if (shallow !== undefined) put(join(at, "shallow"), shallow);
}

export const setRefs = (at: string, refs: readonly Ref[]): void => put(join(at, "packed-refs"), packedText(refs));
