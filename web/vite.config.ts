import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

const SURFACES = ["phone", "kiosk", "studio", "jury", "desk"];
const API = process.env["TALLSCREEN_API"] ?? "http://127.0.0.1:8000";

export default defineConfig({
  base: "/",
  plugins: [svelte()],
  build: {
    outDir: "dist",
    assetsDir: "assets",
    target: "es2022",
    // The pages answer with a policy that allows no inline script: what a page needs is a file of its own.
    modulePreload: { polyfill: false },
    rolldownOptions: { input: Object.fromEntries(SURFACES.map((surface) => [surface, `${surface}.html`])) },
  },
  server: { proxy: { "/api": API, "/media": API } },
  test: { include: ["tests/**/*.test.ts"] },
});
