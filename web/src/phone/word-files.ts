import type { Messages } from "../shared/messages";

/** In the place of src/shared/word-files.ts: the names of files that only others read are a kilobyte too many here. */
export const FILES = import.meta.glob<Messages>(["../words/*/common.json", "../words/*/phone.json", "../words/*/problem.json"], { import: "default" });
