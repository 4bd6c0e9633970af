/** Texts of any characters, for properties. */
import * as fc from "fast-check";

const SURROGATES = 0x800;

/** Any code point that UTF-8 can write. As fast-check's unit `binary`, whose table takes 1.5 s of CPU in each process. */
export const anyCharacter = fc
  .noBias(fc.integer({ min: 0, max: 0x10ffff - SURROGATES }))
  .map((at) => String.fromCodePoint(at < 0xd800 ? at : at + SURROGATES));
