/**
 * The home's pre-receive hook: a push that would lose issues is refused. It stands in for the merge where a clone has none
 * (no driver set up, or fleet gone): then git merges by lines, and a hand that resolves its conflict may drop the other
 * side's issues. The plain check needs sh, git, sed and awk; where fleet itself is there, it decodes every changed line.
 */
import { join } from "node:path";

import { replaceFile } from "@fleet/kit/files";
import { readText } from "@fleet/kit/read";
import { shellWords } from "@fleet/kit/shell";
import { FORMAT } from "./meta.ts";

/** The exit code of `fleet check-push` for a push that must not be; any other but 0 means that it could not tell. */
export const REFUSED = 10;

const MARK = "# Written by fleet; it writes it anew.";

const HOOK = `#!/bin/sh
${MARK}
# Refuses a push to main that would lose issues: a line that can't be read, an id that is gone without a tombstone,
# a meta.json that a newer fleet has written. Plain sh, git, sed and awk; then fleet's own check, where fleet is.

refuse() {
  {
    echo "This push would lose something of the fleet's queue, or change what is not for who pushes to change, so it was refused:"
    echo "$1" | sed 's/^/  /' | head -n 40
    echo "Mend that in the clone, commit, and push again. An issue is deleted by: fleet bd delete ID --force"
    echo "A clone whose merges do not end like this: fleet clone DIR. What came in between: git fetch && git diff HEAD origin/main"
  } >&2
  exit 1
}

# Lines of the old file come with a minus in front, those of the new one with a plus.
check='
  substr($0, 2) ~ /^[ \\t\\r]*$/ { if ($0 ~ /^[+]/) n++; next }
  {
    side = substr($0, 1, 1); line = substr($0, 2); id = ""
    if (line ~ /^[ \\t]*[{].*[}][ \\t\\r]*$/ && match(line, /"id"[ \\t]*:[ \\t]*"[^"]*"/)) {
      id = substr(line, RSTART, RLENGTH); sub(/^"id"[ \\t]*:[ \\t]*"/, "", id); sub(/"$/, "", id)
    }
    if (side == "-") { if (id == "") bad[line] = 1; else had[id] = 1; next }
    n++
    if (id == "") { if (!(line in bad)) print file ":" n ": this line is not an issue" }
    else has[id] = 1
  }
  END { for (id in had) if (!(id in has)) print file ": " id " is gone without a tombstone" }'

# Whoever is inside an attempt or a check of this home is held to more than what is seen here.
inside=$FLEET_ATTEMPT_ID
if [ -n "$FLEET_CHECK_ID" ] && [ "$(cd "$FLEET_CHECK_HOME/.git" 2>/dev/null && pwd -P)" = "$(pwd -P)" ]; then inside=$FLEET_CHECK_ID; fi

while read -r old new ref; do
  [ "$ref" = refs/heads/main ] || continue
  case $new in *[!0]*) ;; *) continue ;; esac
  case $old in *[!0]*) ;; *) old=$(git hash-object -t tree /dev/null) ;; esac
  format=$(git cat-file blob "$new:meta.json" 2>/dev/null | sed -n 's/.*"format"[[:space:]]*:[[:space:]]*\\([0-9][0-9]*\\).*/\\1/p' | head -n 1)
  [ -n "$format" ] || refuse "meta.json is missing, or names no format"
  [ "$format" -le ${FORMAT} ] || refuse "meta.json has format $format, and this home's fleet knows formats up to ${FORMAT}: install a newer fleet here first"
  said=$(
    git diff-tree -r --name-only --no-renames "$old" "$new" -- issues | while read -r file; do
      case $file in issues/??.jsonl) ;; *) continue ;; esac
      {
        git cat-file blob "$old:$file" 2>/dev/null | sed 's/^/-/'
        echo
        git cat-file blob "$new:$file" 2>/dev/null | sed 's/^/+/'
      } | LC_ALL=C awk -v file="$file" "$check"
    done
  ) || refuse "the lines could not be compared"
  [ -z "$said" ] || refuse "$said"
  fleet=\${GIT_DIR:-.}/fleet/command
  if [ ! -f "$fleet" ]; then
    [ -z "$inside" ] || refuse "fleet is not available to check a push from inside an attempt"
    continue
  fi
  # Gone, or broken: what the plain check has seen counts.
  said=$(eval "$(cat "$fleet") check-push $old $new" 2>&1)
  code=$?
  [ $code = ${REFUSED} ] && refuse "$said"
  [ $code = 0 ] || [ -z "$inside" ] || refuse "fleet could not check a push from inside an attempt: $said"
done
exit 0
`;

/** Leaves a hook that a person has put there alone. */
export function installPushHook(gitDir: string): void {
  const path = join(gitDir, "hooks", "pre-receive");
  const there = readText(path);
  if (there === HOOK || (there !== undefined && !there.includes(MARK))) return;
  replaceFile(path, HOOK, { mode: 0o755, sync: false });
}

/** Tells the hook where fleet is. */
export function rememberCommand(gitDir: string, words: readonly string[]): void {
  const path = join(gitDir, "fleet", "command");
  const text = `${shellWords(words)}\n`;
  if (readText(path) !== text) replaceFile(path, text, { mode: 0o644, sync: false });
}
