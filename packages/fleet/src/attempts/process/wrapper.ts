/**
 * The wrapper: a POSIX shell around the coder. It records its pid before the coder starts, outlives the coder, and writes
 * its exit status. Not Node, because fifty of them must cost nothing (1.7 MB each).
 *
 *  - Beside its pid stands its start, without which nobody could tell it from a later process of that number: by /proc, or
 *    by ps as the reader asks it (kit/process/id). Where that means something is in the record that was made before.
 *  - The pid file is a fence: made by link(2), so that of a late wrapper and a supervisor that gave up one comes first.
 *    Whoever comes second does nothing; the wrapper exits 97.
 *  - A handler (`trap :`), unlike `trap ''`, is reset in the child: signals to the group reach the coder and not the record.
 *  - Where perl is there it makes the wrapper a subreaper (prctl 36, kept over exec), so that daemons which left their
 *    session and scrubbed their environment become its children; after the coder's end it ends those itself. A supervisor
 *    that was started (again) from inside the attempt is not among them: it is known by its record.
 *  - Where there is a cgroup for the attempt, the coder enters it before it is the coder; the wrapper stays outside, so that
 *    all of the cgroup can be killed at once and the wrapper still writes how the coder ended.
 *  - Nothing that tells one fleet, task or attempt from others stands in its arguments, where `pkill -f` of an agent would find
 *    it: the script and the attempt's directory come by the environment, which the coder does not inherit.
 *  - Standard error is the coder's alone: a shell that says "Killed" there would hide the coder's own last words.
 *  - The coder gets the user's umask: what it makes in the project is the user's. Tools are found by the system's own
 *    PATH (`command -p`): the task's PATH is somebody else's matter.
 */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const LATE = 97;
/** How the wrapper is told of these; the coder is not. */
export const CGROUP_VARIABLE = "FLEET_ATTEMPT_CGROUP";
const DIR_VARIABLE = "ATTEMPT_DIR";
const SCRIPT_VARIABLE = "ATTEMPT_SCRIPT";

/** What is seen of the script in its arguments, and its name in the shell's messages. */
const RUN_SCRIPT = ["-c", `eval "$${SCRIPT_VARIABLE}"`, "attempt"];

/** `sh -c RUN_SCRIPT attempt COMMAND ARGS…`, with stdin, stdout and stderr already in place. */
const SCRIPT = `
dir=$${DIR_VARIABLE} cgroup=$${CGROUP_VARIABLE} reaps=$FLEET_SUBREAPER
unset ${DIR_VARIABLE} ${CGROUP_VARIABLE} ${SCRIPT_VARIABLE} FLEET_SUBREAPER
mask=$(umask); umask 077
if [ -r "/proc/$$/stat" ]; then read -r who <"/proc/$$/stat"; else who="$$ $(TZ=UTC0 LC_ALL=C command -p ps -o lstart= -p $$ 2>/dev/null)"; fi
printf '%s\\n' "$who" >"$dir/pid.$$" || exit 98
(cd "$dir" && command -p ln "pid.$$" pid 2>/dev/null); late=$?
(cd "$dir" && command -p rm -f "pid.$$")
[ $late = 0 ] || exit ${LATE}
trap : TERM INT HUP QUIT USR1 USR2 ALRM PIPE
umask "$mask"
exec 3>&2 2>/dev/null
( [ -z "$cgroup" ] || echo 0 >"$cgroup/cgroup.procs"; exec "$@" 2>&3 3>&- )
code=$?
umask 077
printf '{"code":%d}\\n' "$code" >"$dir/exit.tmp" && (cd "$dir" && command -p mv exit.tmp exit.json)
if [ -n "$reaps" ] && [ -r "/proc/$$/task/$$/children" ]; then
  tries=0
  while [ $tries -lt 60 ]; do
    all=; read -r all <"/proc/$$/task/$$/children"
    kids=; heads=$(for one in "$FLEET_HOME"/.git/fleet/supervisor.*; do read -r head <"$one"; printf '%s\\n' "$head"; done 2>/dev/null)
    for kid in $all; do case $heads in *"\\"pid\\":$kid,"*) ;; *) kids="$kids $kid" ;; esac; done
    [ -n "$kids" ] || break
    if [ $tries -lt 10 ]; then kill -TERM $kids 2>/dev/null; kill -CONT $kids 2>/dev/null; else kill -KILL $kids 2>/dev/null; fi
    tries=$((tries + 1))
    command -p sleep 0.1
  done
fi
exit 0
`;

/** prctl's number; the option 36 is PR_SET_CHILD_SUBREAPER (linux/prctl.h). */
const PRCTL: Readonly<Partial<Record<NodeJS.Architecture, number>>> = { x64: 157, arm64: 167 };

/** How the wrapper is started on this machine: by perl as a subreaper, or by sh alone; and what its environment has besides. */
export function wrapperCommand(
  env: Readonly<Record<string, string>>,
  dir: string,
  command: readonly string[],
): { readonly file: string; readonly args: readonly string[]; readonly env: Readonly<Record<string, string>> } {
  const shell = [...RUN_SCRIPT, ...command];
  const own = { [SCRIPT_VARIABLE]: SCRIPT, [DIR_VARIABLE]: dir };
  const number = process.platform === "linux" ? PRCTL[process.arch] : undefined;
  const perl =
    number === undefined
      ? undefined
      : (env["PATH"] ?? "")
          .split(delimiter)
          .map((d) => join(d, "perl"))
          .find((p) => existsSync(p));
  if (perl === undefined || number === undefined) return { file: "/bin/sh", args: shell, env: own };
  // perl warns about a LANG that is not installed, on what is the coder's standard error. The coder's own perl still does.
  const isQuiet = env["PERL_BADLANG"] === undefined;
  const forget = isQuiet ? "delete $ENV{PERL_BADLANG};" : "";
  return {
    file: perl,
    args: ["-e", `${forget}syscall(${number},36,1,0,0,0);exec @ARGV or exit 126`, "/bin/sh", ...shell],
    env: { ...own, FLEET_SUBREAPER: "1", ...(isQuiet ? { PERL_BADLANG: "0" } : {}) },
  };
}
