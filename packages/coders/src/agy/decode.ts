export { decodeText as decode } from "../plain.ts";
