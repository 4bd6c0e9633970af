/** docs/BENCHMARKS.md: a section for each major version of Node, in it a part for each thing that is measured. Pure. */

const HEAD =
  "By `npm run bench -- --write`, which measures all of it in one run, or with `--only` a part again. Ratios hold between machines; times do not.";

const sectionsOf = (text) => text.split(/^(?=# Node )/m).filter((section) => section.startsWith("# Node "));

/** What stands before the first part, then the parts. */
const partsOf = (section) => section.trim().split(/^(?=## )/m);

/** A part by its words: the figures in a title are of that run. */
const nameOf = (part) =>
  part
    .slice(3, part.indexOf("\n"))
    .replace(/[\d(=].*$/, "")
    .trim();

/** What a run says of the machine at its end stands with the last part, and is not a part of it. */
const withoutLoad = (part) => part.replace(/\n+The machine's load was [^\n]*\s*$/, "\n");

/** `fresh`: what one run said. `isPart`: it measured some parts alone; the others stay as they were. */
export function written(old, fresh, { node, isPart, date }) {
  const isOurs = (section) => section.startsWith(`# ${node}\n`);
  const before = sectionsOf(old).find(isOurs);
  const made = isPart && before !== undefined ? merged(before, fresh, date) : fresh;
  const sections = [...sectionsOf(old).filter((section) => !isOurs(section)), made].map((section) => section.trim());
  return `${[HEAD, ...sections.toSorted((a, b) => (a < b ? -1 : 1))].join("\n\n")}\n`;
}

function merged(before, fresh, date) {
  const [head, ...old] = partsOf(before);
  const again = new Map(
    partsOf(fresh)
      .slice(1)
      .map((part) => [nameOf(part), withoutLoad(part)]),
  );
  const kept = old.map((part) => {
    const next = again.get(nameOf(part));
    again.delete(nameOf(part));
    return next === undefined ? part : `${next.trim()}\n\nMeasured again on ${date}.\n`;
  });
  return [head, ...kept, ...again.values()].map((part) => part.trim()).join("\n\n");
}
