/** Directories in which no files lie: the kernel makes them up, and reading one may wait, change something, or take it away. */
import { statfsSync } from "node:fs";

/** As statfs(2) numbers them: proc, sysfs, cgroup, cgroup2, debugfs, tracefs, securityfs, devpts, bpf, configfs, selinuxfs, pstore. */
const TYPES: ReadonlySet<number> = new Set([
  0x9fa0, 0x62656572, 0x27e0eb, 0x63677270, 0x64626720, 0x74726163, 0x73636673, 0x1cd1, 0xcafe4a11, 0x62656570,
  0xf97cff8c, 0x6165676c,
]);

/** False where it can't be told. */
export function isOfKernel(dir: string): boolean {
  try {
    return process.platform === "linux" && TYPES.has(statfsSync(dir).type);
  } catch {
    return false;
  }
}
