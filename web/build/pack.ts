/** Packs what was built once, as small as it gets, so that servers send it as it lies there. */

import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin } from "vite";

const TEXT = /\.(js|css|svg|html|json|webmanifest)$/;

export function pack(): Plugin {
  let folder = "dist";
  return {
    name: "tallscreen-pack",
    apply: "build",
    configResolved(config) { folder = config.build.outDir; },
    async closeBundle() {
      const files = await readdir(folder, { recursive: true });
      await Promise.all(files.filter((name) => TEXT.test(name)).map((name) => packed(join(folder, name))));
    },
  };
}

async function packed(path: string): Promise<void> {
  if (existsSync(`${path}.br`)) return; // by the build before this one
  const text = await readFile(path);
  const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: text.length } };
  await writeFile(`${path}.br`, await promisify(brotliCompress)(text, brotli));
  await writeFile(`${path}.gz`, await promisify(gzip)(text, { level: 9 }));
}
