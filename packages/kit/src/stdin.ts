/** All of standard input, within bounds. */
import { DiskError } from "./errors.ts";

/** Bytes: no text of Node's is longer. */
const MOST = 512 * 1024 * 1024;

/** Refuses what is larger as soon as it is: the rest is not read. */
export async function readAll(stream: AsyncIterable<Uint8Array | string>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MOST)
      throw new DiskError("unreadable", "standard input is larger than 512 MB", {
        mend: "write it to a file, and split that: split -C 500m FILE",
      });
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
