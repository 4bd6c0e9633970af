/** Which prefix an id has: the home's own where it fits, else by what an id looks like (beads 1.0.5, ExtractIssuePrefix). */

/** Three letters or digits may be a hash; four to eight are one if a digit is among them. */
const HASH = /^(?:\d+|[0-9a-z]{3}|(?=[0-9a-z]*\d)[0-9a-z]{4,8})$/i;

export function prefixOf(id: string, own: string): string {
  if (id.startsWith(`${own}-`)) return own;
  const last = id.lastIndexOf("-");
  if (last <= 0) return "";
  const behind = id.slice(last + 1).replace(/(?<=.)\..*$/, "");
  return behind === "" || HASH.test(behind) ? id.slice(0, last) : id.slice(0, id.indexOf("-"));
}
