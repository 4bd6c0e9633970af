export { classifyStream as classify } from "../verdict.ts";
