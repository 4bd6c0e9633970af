/** The refs of a repository, as `for-each-ref` prints them and as `packed-refs` has them. Pure. */
import { isOid } from "./oid.ts";

export interface Ref {
  readonly oid: string;
  readonly name: string;
  /** The ref that this one stands for: `refs/remotes/origin/HEAD`. */
  readonly stands?: string;
}

/** No name of a ref has a space. */
export const REF_FORMAT = "--format=%(objectname) %(refname) %(symref)";

export function parseRefs(text: string): Ref[] {
  return text.split("\n").flatMap((line) => {
    const [oid = "", name = "", stands = ""] = line.split(" ");
    if (!isOid(oid) || name === "") return [];
    return [stands === "" ? { oid, name } : { oid, name, stands }];
  });
}

/** Branches, those of remotes, and tags: what `git log` and `git branch -a` show, but for names that stand for another. */
export const shownIn = (refs: readonly Ref[]): Ref[] =>
  refs.filter(({ name, stands }) => stands === undefined && /^refs\/(?:heads|remotes|tags)\//.test(name));

const byName = (a: Ref, b: Ref): number => (a.name < b.name ? -1 : 1);

/** Without peeled tags, which git then peels itself. */
export const packedText = (refs: readonly Ref[]): string =>
  `# pack-refs with: \n${refs
    .toSorted(byName)
    .map(({ oid, name }) => `${oid} ${name}\n`)
    .join("")}`;

/** The refs in the text of a `packed-refs`. */
export const parsePacked = (text: string): Ref[] =>
  text.split("\n").flatMap((line) => {
    const [oid = "", name = ""] = line.split(" ");
    return isOid(oid) && name !== "" ? [{ oid, name }] : [];
  });
