/** Commands by which nothing is changed: what is not known for sure may change anything. */
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
])("may change something: %j", (line) => {
  expect(readsOnly(line)).toBe(false);
});
