/** A language's messages for the phone in one file: what every page says comes with what the phone's say. */

import { readFile } from "node:fs/promises";
import type { Plugin } from "vite";

const PHONE = /\/src\/words\/[a-z]+\/phone\.json$/;

export function together(): Plugin {
  return {
    name: "tallscreen-together",
    enforce: "pre",
    async load(id) {
      if (!PHONE.test(id)) return null;
      const files = [id.replace(/phone\.json$/, "common.json"), id];
      const said = await Promise.all(files.map(async (file) => JSON.parse(await readFile(file, "utf8")) as Record<string, unknown>));
      return JSON.stringify(Object.assign({}, ...said));
    },
  };
}
