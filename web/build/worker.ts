import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Plugin, Rolldown } from "vite";
import { classicScript } from "./classic";

const ENTRY = join(import.meta.dirname, "../src/worker/worker.ts");
const PAGE = "phone.html";
/** Pages that can be put among a phone's apps. */
const PAGES = [PAGE, "film.html"];
/** One language's words are enough: the page names those it has loaded. */
const WORDS = /\/src\/words\//;

/** Makes the phone page an app: names its manifest, and makes /worker.js, one classic script that knows the files of the phone page. */
export function workerPlugin(): Plugin {
  return {
    name: "worker",
    apply: "build",
    transformIndexHtml(_, { path }) {
      if (!PAGES.some((page) => path.endsWith(`/${page}`))) return [];
      return [
        { tag: "link", attrs: { rel: "manifest", href: "/manifest.webmanifest" }, injectTo: "head" },
        { tag: "link", attrs: { rel: "apple-touch-icon", href: "/apple-touch-icon.png" }, injectTo: "head" },
      ];
    },
    generateBundle: {
      order: "post",
      async handler(_, bundle) {
        const files = filesOf(bundle, PAGE).map((file) => `/${file}`);
        const page = bundle[PAGE];
        const text = page?.type === "asset" ? String(page.source) : "";
        const version = createHash("sha256").update(JSON.stringify(files)).update(text).digest("hex").slice(0, 12);
        const source = await classicScript(ENTRY, { SHELL: JSON.stringify({ version, page: `/${PAGE}`, files }) });
        this.emitFile({ type: "asset", fileName: "worker.js", source });
      },
    },
  };
}

/** Everything a page may come to load: its own files, those they import, now or later, and their styles. */
function filesOf(bundle: Rolldown.OutputBundle, page: string): string[] {
  const chunks = Object.values(bundle).filter((each) => each.type === "chunk");
  const entry = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(`/${page}`));
  const seen = new Set<string>();
  const walk = (name: string): void => {
    const chunk = chunks.find(({ fileName }) => fileName === name);
    if (!chunk || seen.has(name) || Object.keys(chunk.modules).some((id) => WORDS.test(id))) return;
    seen.add(name);
    for (const style of (chunk as { viteMetadata?: { importedCss: Set<string> } }).viteMetadata?.importedCss ?? []) seen.add(style);
    for (const next of [...chunk.imports, ...chunk.dynamicImports]) walk(next);
  };
  if (entry) walk(entry.fileName);
  return [...seen].sort();
}
