/** Which files the words of a shell command plainly write to. */
import { expect, it } from "vitest";

import { writtenByWords } from "../../src/attempts/evidence/shell-words.ts";

it.each<[line: string, paths: readonly string[]]>([
  ["echo more >>src/a", ["src/a"]],
  ["make >log 2>&1; sort <in > out", ["log", "out"]],
  ["echo x|tee -a src/a b.txt", ["src/a", "b.txt"]],
  ["cd packages/x && echo x >src/a", ["packages/x/src/a"]],
  ["cd /w/sub; sed -i 's/a/b/' f.ts", ["/w/sub/s/a/b/", "/w/sub/f.ts"]],
  [`bash -lc 'cd sub && echo x >a'`, ["sub/a"]],
  ["mv src/a src/b && rm -f src/c", ["src/a", "src/b", "src/c"]],
  ["cp src/a src/b src/c", ["src/c"]],
  // Two lines that became one.
  ["rm tmp.log cat src/b.ts", ["tmp.log"]],
  ["sed -i s/a/b/ src/a.ts ./run.sh src/b.ts", ["s/a/b/", "src/a.ts"]],
  ["echo x >src/a cat src/b", ["src/a"]],
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
