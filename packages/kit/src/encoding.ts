/** Bytes of a file that a person named, as text: UTF-8, or UTF-16 with the mark that editors of other systems put in front. */
import { isUtf8 } from "node:buffer";

export type Decoded = { readonly text: string } | { readonly why: string };

const startsWith = (bytes: Buffer, ...mark: readonly number[]): boolean => mark.every((byte, at) => bytes[at] === byte);

/** The numbers of the lines, from 1, that are not UTF-8, in order. */
export function faultyLines(bytes: Buffer): ReadonlySet<number> {
  const found = new Set<number>();
  if (isUtf8(bytes)) return found;
  for (let [at, line] = [0, 1]; at < bytes.length; line++) {
    const next = bytes.indexOf(10, at);
    const end = next < 0 ? bytes.length : next;
    if (!isUtf8(bytes.subarray(at, end))) found.add(line);
    at = end + 1;
  }
  return found;
}

/** The text without its mark; a sentence for what is no text in these encodings. */
export function decodeText(bytes: Buffer): Decoded {
  if (startsWith(bytes, 0xff, 0xfe, 0, 0) || startsWith(bytes, 0, 0, 0xfe, 0xff))
    return { why: "it is UTF-32; save it as UTF-8" };
  if (startsWith(bytes, 0xff, 0xfe) || startsWith(bytes, 0xfe, 0xff)) {
    if (bytes.length % 2 !== 0) return { why: "it is UTF-16, and its last character is cut off" };
    const little = startsWith(bytes, 0xff, 0xfe) ? bytes.subarray(2) : Buffer.from(bytes.subarray(2)).swap16();
    return { text: little.toString("utf16le").toWellFormed() };
  }
  if (bytes.includes(0))
    return { why: "it holds NUL bytes: UTF-16 without a byte order mark, or no text; save it as UTF-8" };
  const [faulty] = faultyLines(bytes);
  if (faulty !== undefined) return { why: `line ${faulty} is not UTF-8; save the file as UTF-8` };
  return { text: bytes.toString("utf8").replace(/^\ufeff/, "") };
}
