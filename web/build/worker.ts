import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Plugin, Rolldown } from "vite";
import { classicScript } from "./classic";

const SRC = join(import.meta.dirname, "../src/worker");
/** Pages that can be put among a phone's apps. */
const APPS = ["phone.html", "film.html"];
const WORDS = /\/src\/words\//;

interface Plan {
  /** in src/worker */
  entry: string;
  page: string;
  fileName: string;
  /** message files that belong to the page's own */
  words?: RegExp;
}

/** One language's words are enough for a phone: the page names those it has loaded. */
export const PHONE: Plan = { entry: "worker.ts", page: "phone.html", fileName: "worker.js" };
/** A screen in the hall speaks every language, also without a network. */
export const KIOSK: Plan = { entry: "kiosk.ts", page: "kiosk.html", fileName: "kiosk-worker.js", words: /\/src\/words\/[a-z]+\/(?:ceremony|common|kiosk|phone|problem)\.json/ };

/** Makes the phone page an app: names its manifest. */
export function appPlugin(): Plugin {
  return {
    name: "app",
    apply: "build",
    transformIndexHtml(_, { path }) {
      if (!APPS.some((page) => path.endsWith(`/${page}`))) return [];
      return [
        { tag: "link", attrs: { rel: "manifest", href: "/manifest.webmanifest" }, injectTo: "head" },
        { tag: "link", attrs: { rel: "apple-touch-icon", href: "/apple-touch-icon.png" }, injectTo: "head" },
      ];
    },
  };
}

/** Makes a worker: one classic script that knows the files of its page. */
export function workerPlugin(plan: Plan): Plugin {
  return {
    name: `worker-${plan.fileName}`,
    apply: "build",
    generateBundle: {
      order: "post",
      async handler(_, bundle) {
        const files = filesOf(bundle, plan).map((file) => `/${file}`);
        const page = bundle[plan.page];
        const text = page?.type === "asset" ? String(page.source) : "";
        const version = createHash("sha256").update(JSON.stringify(files)).update(text).digest("hex").slice(0, 12);
        const source = await classicScript(join(SRC, plan.entry), { SHELL: JSON.stringify({ version, page: `/${plan.page}`, files }) });
        this.emitFile({ type: "asset", fileName: plan.fileName, source });
      },
    },
  };
}

/** Everything a page may come to load: its own files, those they import, now or later, and their styles. */
function filesOf(bundle: Rolldown.OutputBundle, { page, words }: Plan): string[] {
  const chunks = Object.values(bundle).filter((each) => each.type === "chunk");
  const entry = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(`/${page}`));
  const seen = new Set<string>();
  const isOther = (id: string): boolean => WORDS.test(id) && !words?.test(id);
  const walk = (name: string): void => {
    const chunk = chunks.find(({ fileName }) => fileName === name);
    if (!chunk || seen.has(name) || Object.keys(chunk.modules).some(isOther)) return;
    seen.add(name);
    for (const style of (chunk as { viteMetadata?: { importedCss: Set<string> } }).viteMetadata?.importedCss ?? []) seen.add(style);
    for (const next of [...chunk.imports, ...chunk.dynamicImports]) walk(next);
  };
  if (entry) walk(entry.fileName);
  return [...seen].sort();
}
