import type { Messages } from "../shared/messages";

/** In the place of src/shared/word-files.ts: the names of files that only others read are a kilobyte too many here. "common" is in "phone" (build/together.ts). */
export const FILES = import.meta.glob<Messages>(["../words/*/phone.json", "../words/*/problem.json"], { import: "default" });
