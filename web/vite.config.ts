import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";
import { firstWordsPlugin } from "./plugins/first-words";
import { workerPlugin } from "./plugins/worker";

const SURFACES = ["phone", "kiosk", "studio", "jury", "desk"];
const API = process.env["TALLSCREEN_API"] ?? "http://127.0.0.1:8000";

/** What every page needs, and what every view of the phone page needs, in one file each. */
const CHUNKS = [
  { name: "base", test: /node_modules\/(svelte|esm-env|clsx)\/|lucide\/svelte\/dist\/(Icon\.|utils|context)|src\/api\/(client|problem|signals)\.|src\/shared\/(words|messages|languages|Icon|open|base|tokens)\./ },
  { name: "seats", test: /src\/phone\/(store|router|routes|ballots\/(asked|grades))|src\/shared\/(outbox|uuid7|Poster|thumb|Notice|problem-words)|node_modules\/thumbhash/ },
];

export default defineConfig({
  base: "/",
  plugins: [svelte(), firstWordsPlugin(), workerPlugin()],
  build: {
    outDir: "dist",
    assetsDir: "assets",
    target: "es2022",
    // The pages answer with a policy that allows no inline script: what a page needs is a file of its own.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: Object.fromEntries(SURFACES.map((surface) => [surface, `${surface}.html`])),
      // Few files instead of many crumbs: every file is a request of its own on a slow link.
      output: { codeSplitting: { groups: CHUNKS } },
    },
  },
  server: { proxy: { "/api": API, "/media": API } },
  test: { include: ["tests/**/*.test.ts"] },
});
