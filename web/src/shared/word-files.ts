import type { Messages } from "./messages";

/** Every message file there is; a page loads those it needs. The phone's build takes src/phone/word-files.ts instead. */
export const FILES = import.meta.glob<Messages>("../words/*/*.json", { import: "default" });
