/**
 * What this process is called, in its arguments and (on Linux, its first 15 bytes) as its command: `pkill node` finds the
 * latter, `pkill -f` the former.
 */
export function nameProcess(title: string): void {
  process.title = title;
}
