/** Which files the words of a shell command plainly write to. */
import { expect, it } from "vitest";

import { writtenByWords } from "../../src/attempts/evidence/shell-words.ts";

it.each<[line: string, paths: readonly string[]]>([
  ["echo more >>src/a", ["src/a"]],
  ["make >log 2>&1; sort <in > out", ["log", "out"]],
  ["echo x|tee -a a b", ["a", "b"]],
  ["cd packages/x && echo x >src/a", ["packages/x/src/a"]],
  ["cd /w/sub; sed -i 's/a/b/' f", ["/w/sub/s/a/b/", "/w/sub/f"]],
  [`bash -lc 'cd sub && echo x >a'`, ["sub/a"]],
  ["mv a b && rm -f c", ["a", "b", "c"]],
  ["cp a b src/c", ["src/c"]],
])("%s", (line, paths) => expect(writtenByWords(line)).toEqual(paths));

it.each([
  "cat src/a",
  "sed -n 1,5p src/a",
  `echo "a > b"`,
  "git diff src/a",
  'echo x >"$OUT"',
  "echo x >$OUT",
  "cd $DIR && echo x >a",
  "cd - && echo x >a",
  "sh build.sh",
])("%s names none", (line) => expect(writtenByWords(line)).toEqual([]));
