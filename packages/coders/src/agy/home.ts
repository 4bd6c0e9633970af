/**
 * A home whose only difference is agy's settings file: `$1/home`, in which all else is a link to the real one, so that the
 * sign-in, git's identity and ssh's keys are found. (The person's other agy settings do not hold in such a run: sh cannot
 * merge JSON. agy itself was not at hand; the script was tried with a stand-in.)
 */
export const START_IN_OWN_HOME = `# $1: the directory of this run; the rest: agy's arguments
set -eu
run=$1; shift
real=$HOME; own=$run/home; dir=.gemini/antigravity-cli

# Every entry of directory $1 is linked from directory $2, but the one named $3.
link() {
  mkdir -p "$2"
  for entry in "$1"/* "$1"/.[!.]*; do
    if [ ! -e "$entry" ] || [ "\${entry##*/}" = "$3" ]; then continue; fi
    ln -sfn "$entry" "$2/\${entry##*/}"
  done
}

link "$real" "$own" .gemini
link "$real/.gemini" "$own/.gemini" antigravity-cli
link "$real/$dir" "$own/$dir" settings.json
cp "$run/agy-settings.json" "$own/$dir/settings.json"
HOME=$own exec agy "$@"
`;
