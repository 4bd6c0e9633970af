/**
 * The wrapper: a POSIX shell around the coder. It records its pid before the coder starts, outlives the coder, and writes
 * its exit status. Not Node, because fifty of them must cost nothing (1.7 MB each).
 *
 *  - Its start is recorded with its pid, to tell it from a later process of that number: by /proc, or
 *    by ps as the reader asks it (kit/process/id). Where that means something is in the record that was made before.
 *  - The pid file is a fence: made by link(2), so that of a late wrapper and a supervisor that gave up one comes first.
 *    The second one does nothing; the wrapper exits 97.
 *  - A handler (`trap :`), unlike `trap ''`, is reset in the child: signals to the group reach the coder and not the record.
 *  - Where perl is there it makes the wrapper a subreaper (prctl 36, kept over exec), so that daemons which left their
 *    session and scrubbed their environment become its children; after the coder's end it ends those itself. A supervisor
 *    that was started (again) from inside the attempt is not among them: it is known by its record.
 *  - Where there is a cgroup for the attempt, the coder enters it before it is the coder; the wrapper stays outside, so that
 *    all of the cgroup can be killed at once and the wrapper still writes how the coder ended.
 *  - Nothing that tells one fleet, task or attempt from others stands in its arguments, where `pkill -f` of an agent would find
 *    it: the script and the attempt's directory come by the environment, which the coder does not inherit.
 *  - The exit status takes no room on the disk and no process: it overwrites bytes that were there before the coder began
 *    (record.ts, reserveExit). Where that fails all the same, it is tried until it is written: nothing else knows it.
 *  - A shell that can't fork ends by itself, and tells that in the same place: no coder is to blame.
 *  - When memory ends, the coder is to go before the supervisor and the wrapper: its oom_score_adj (proc(5)) is raised.
 *  - Standard error is the coder's alone: a shell that says "Killed" there would hide the coder's own last words.
 *  - The coder gets the user's umask: what it makes in the project is the user's. Tools are found by the system's own
 *    PATH (`command -p`): the task's PATH does not matter here.
 */
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const LATE = 97;
/** Added to oom_score_adj, so that the kernel ends attempts before the supervisor; at most 1000. */
const MORE_OOM = 500;
const MOST_OOM = 1000;
/** How the wrapper is told of these; the coder is not. */
export const CGROUP_VARIABLE = "FLEET_ATTEMPT_CGROUP";
const DIR_VARIABLE = "ATTEMPT_DIR";
const SCRIPT_VARIABLE = "ATTEMPT_SCRIPT";

/** The name of the script in its arguments and in the shell's messages. */
const RUN_SCRIPT = ["-c", `eval "$${SCRIPT_VARIABLE}"`, "attempt"];

/** `sh -c RUN_SCRIPT attempt COMMAND ARGS…`, with stdin, stdout and stderr already in place. */
const SCRIPT = `
_dir=$${DIR_VARIABLE} _cgroup=$${CGROUP_VARIABLE} _reaps=$FLEET_SUBREAPER
unset ${DIR_VARIABLE} ${CGROUP_VARIABLE} ${SCRIPT_VARIABLE} FLEET_SUBREAPER
_code=126 _short=',"short":true' _told=
record() {
  _held=x
  if [ -f "$_dir/exit.json" ] && [ ! -L "$_dir/exit.json" ]; then IFS= read -r _held <"$_dir/exit.json"; fi
  case $_held in
    *[!' ']*) printf '{"code":%d%s}\\n' "$_code" "$_short" >"$_dir/exit.tmp" && (cd "$_dir" && command -p mv exit.tmp exit.json) ;;
    *) printf '{"code":%d%s}' "$_code" "$_short" 1<>"$_dir/exit.json" ;;
  esac
}
trap '[ -n "$_told" ] || record 2>/dev/null' EXIT
_mask=$(umask); umask 077
if [ -r "/proc/$$/stat" ]; then read -r _who <"/proc/$$/stat"; else _who="$$ $(TZ=UTC0 LC_ALL=C command -p ps -o lstart= -p $$ 2>/dev/null)"; fi
printf '%s\\n' "$_who" >"$_dir/pid.$$" || exit 98
(cd "$_dir" && command -p ln "pid.$$" pid 2>/dev/null); _late=$?
(cd "$_dir" && command -p rm -f "pid.$$")
if [ $_late != 0 ]; then if [ -e "$_dir/pid" ]; then _told=1; fi; exit ${LATE}; fi
trap : TERM INT HUP QUIT USR1 USR2 ALRM PIPE
umask "$_mask"
_adj=
if [ -r /proc/self/oom_score_adj ]; then read -r _adj </proc/self/oom_score_adj; _adj=$((_adj < ${MOST_OOM} - ${MORE_OOM} ? _adj + ${MORE_OOM} : ${MOST_OOM})); fi
exec 3>&2 2>/dev/null
( [ -z "$_cgroup" ] || echo 0 >"$_cgroup/cgroup.procs"; [ -z "$_adj" ] || echo "$_adj" >/proc/self/oom_score_adj; exec "$@" 2>&3 3>&- )
_code=$? _short=
umask 077
until record; do
  [ -d "$_dir" ] || break
  command -p sleep 1
done
_told=1
if [ -n "$_reaps" ] && [ -r "/proc/$$/task/$$/children" ]; then
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
