/** The environment that another process was started with: in /proc/PID/environ, `NAME=value` with NUL after each. */

/** The value of one variable in that text. */
export function valueIn(environ: string, name: string): string | undefined {
  const isFirst = environ.startsWith(`${name}=`);
  const at = isFirst ? 0 : environ.indexOf(`\0${name}=`) + 1;
  if (at === 0 && !isFirst) return undefined;
  const end = environ.indexOf("\0", at);
  return environ.slice(at + name.length + 1, end < 0 ? undefined : end);
}
