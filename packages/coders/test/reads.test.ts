/** Commands by which nothing is changed: what is not known for sure may change anything. */
import * as fc from "fast-check";
import { expect, it } from "vitest";

import { readsOnly } from "../src/reads.ts";

it.each([
  "ls -la src",
  "cat src/a | head -3; git --no-pager log -1 2>/dev/null",
  "cd web && grep -rn 'a > b' . || true",
  "git status -s\ngit diff HEAD~1 2>&1 | tail -5",
  "find . -name '*.ts' | wc -l",
  'fleet bd close t-1 --reason "Fixed it; all tests pass > 3 times"',
  "bd show t-1",
  `echo "Let's go" && cat src/a && echo "it's done"`,
  String.raw`grep -rn "say \"hi\"" src; grep foo\.bar a`,
  "# What is there\nls -la\n# and who\ngit blame a",
  "sed -n '1,40p' src/a; sed -n 7p src/b",
  "git log --format='%h %s {x}' HEAD@{1}..stash@{0}",
  "ls | sort -u | uniq -c | sort -rn | head",
  "rg -n 'a|b' --glob '*.ts' src 2>&1 >/dev/null | head",
  "cat $HOME/notes; wc -l ${FILE}; ls *.ts",
  "jq '.a | .b' package.json || true",
  "printf '%s\\n' 'rm -rf src'",
])("only reads: %s", (line) => {
  expect(readsOnly(line)).toBe(true);
});

it.each([
  "ls\nmake",
  "cat a >b",
  "cat <<EOF",
  "echo $(make)",
  'echo "`make`"',
  "grep x a | tee b",
  "find . -delete",
  "git diff --output=a",
  "git -c alias.log=!make log",
  "git commit -m x",
  "X=1 ls",
  "sort -o a a",
  "(make)",
  "sh -c 'make'",
  "ls 'open",
  "echo a\\\nmake",
  "bd export -o a",
  "fleet bd export",
  "tree -o a",
  "__proto__ has",
  "constructor name",
  `echo "Let's go" && sed -i s/a/b/ tests/x && echo "it's done"`,
  "ls # it's\nrm -rf src # it's",
  "ls # rm -rf src",
  "# ls `make`",
  "find . '-delete'",
  'find . -de""lete',
  String.raw`find . \-delete`,
  "find . -{'delete',print}",
  "find . $WHAT",
  "find . $'-delete'",
  "git log --out{put=a,}",
  'cat "a`make`"',
  'cat "$(make)"',
  "sed -n '1,3w a' b",
  "sed -n -i 1p a",
  "sed -ni 1p a",
  "sed -n 1p -i a",
  "file -C -m x",
  "rg --hostname-bin=make x",
  "sort -uo a a",
  "sort --compress-program=make a",
  "uniq a b",
  "ls 2>a",
  "ls &>a",
  "ls >&a",
  "ls >/dev/nullx",
  "ls 2>&1x",
  "cat <(make)",
  "ls\u00a0a",
  "ls\rmake",
])("may change something: %j", (line) => {
  expect(readsOnly(line)).toBe(false);
});

const WAYS: readonly ((letter: string) => string)[] = [
  (letter) => letter,
  (letter) => `'${letter}'`,
  (letter) => `"${letter}"`,
  (letter) => `\\${letter}`,
];
/** Each letter of it said in a way of its own, which the shell takes off again. */
const said = (word: string): fc.Arbitrary<string> =>
  fc
    .tuple(...word.split("").map((letter) => fc.constantFrom(...WAYS).map((way) => way(letter))))
    .map((all) => all.join(""));

const WRITING = [
  "rm -rf src",
  "find . -delete",
  "sed -i s/a/b/ x",
  "git commit -m x",
  "rg --pre make x",
  "sort -o a a",
  "make",
];
const READING = [`echo "it's"`, `echo 'say "a'`, "ls -la", String.raw`grep "a\"b" c`, "# a comment", "cat a # no"];

it("never takes a line for one that reads, whatever quotes are in it and around what it writes by", () => {
  const writing = fc
    .constantFrom(...WRITING)
    .chain((line) => fc.tuple(...line.split(" ").map(said)))
    .map((words) => words.join(" "));
  const around = fc.array(fc.constantFrom(...READING), { maxLength: 3 });
  fc.assert(
    fc.property(around, writing, around, (before, line, after) => {
      expect(readsOnly([...before, line, ...after].join("\n"))).toBe(false);
    }),
    { numRuns: 500 },
  );
});
