import { join } from "node:path";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";
import { firstWordsPlugin } from "./build/first-words";
import { glyphs } from "./build/glyphs";
import { opening } from "./build/opening";
import { pack } from "./build/pack";
import { together } from "./build/together";
import { appPlugin, KIOSK, PHONE as PHONE_WORKER, workerPlugin } from "./build/worker";

/** Two builds, `vite build --mode phone` and then `--mode crew`: what only desks need of a library is not in the phone's. */
const PAGES: Record<string, string[]> = { phone: ["phone", "film"], crew: ["kiosk", "studio", "jury", "desk"] };
const API = process.env["TALLSCREEN_API"] ?? "http://127.0.0.1:8000";
/** Signs of the player, and signs that other views of the phone page show too. */
const PLAYER_SIGNS = "captions|pause|play|volume-2|volume-x|ellipsis|layout-grid";
const PHONE_SIGNS = "chevron-left";

/** What every page needs with what every view of the phone page needs, stills, voting, the player, the
 * programme, and the pages around it: in one file each, since the name of every file is bytes before the first picture. */
const LIBRARY = /node_modules\/(svelte(?!\/src\/(animate|motion|internal\/client\/dom\/(blocks\/svelte-head|elements\/(transitions|bindings\/(input|select)))))|esm-env|clsx)\/|lucide\/svelte\/dist\/(Icon\.|utils|context)|src\/api\/(client|problem|signals)\.|src\/shared\/(words|messages|languages|Icon|open|base|tokens)\./;
const PHONE = new RegExp(`src/phone/(main|App|parts/Nowhere|store/(?!ballots|budget|holder|offline)|router|routes|start-at|entry/arrival|ballots/sheet-names)|icons/(${PHONE_SIGNS})\\.`);
const CHUNKS = [
  { name: "base", test: new RegExp(`${LIBRARY.source}|${PHONE.source}`) },
  { name: "stills", test: /src\/shared\/(Poster|thumb)|node_modules\/thumbhash/ },
  { name: "votes", test: /src\/phone\/(ballots\/(asked|gap|Votes)|player\/(question|VoteRing)|store\/(ballots|holder))|src\/shared\/(outbox|ballots|uuid7)|icons\/(star|check|clock)\./ },
  { name: "player", test: new RegExp(`src/phone/(player/(?!EndCard|VoteRing|question|Subtitle|Told|accounts|heartbeats|keys|played|Storyboard|summaries|untold|viewing)|opening/handover)|src/shared/player/(?!subtitles|codecs|library|switch-sound|more)|icons/(${PLAYER_SIGNS})\\.`) },
  { name: "home", test: /src\/phone\/(home|series|parts\/(TabBar|EpisodeGrid))|src\/shared\/(OfflineLine|theme)/ },
  { name: "rest", test: /src\/phone\/(receipt|entry\/(?!arrival)|kept|schedule|handover|data|store\/(budget|offline))|src\/shared\/(LanguageSheet|crew|offline)/ },
];

export default defineConfig(({ command, mode }) => ({
  base: "/",
  plugins: [glyphs(), svelte(), opening(), ...(mode === "crew" ? [workerPlugin(KIOSK)] : [firstWordsPlugin(), appPlugin(), workerPlugin(PHONE_WORKER)]), ...(command === "build" && mode === "phone" ? [together()] : []), pack()],
  resolve: command === "build" && mode === "phone" ? { alias: [{ find: /^\.\/word-files$/, replacement: join(import.meta.dirname, "src/phone/word-files.ts") }] } : {},
  build: {
    outDir: "dist",
    assetsDir: "assets",
    emptyOutDir: mode !== "crew",
    target: "es2022",
    // The pages answer with a policy that allows no inline script: what a page needs is a file of its own.
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: Object.fromEntries((PAGES[mode] ?? Object.values(PAGES).flat()).map((page) => [page, `${page}.html`])),
      // Svelte does not say so of itself: nothing of it is wanted for its own sake but the flags that components set.
      treeshake: { moduleSideEffects: [{ test: /node_modules\/svelte\/src\/(?!internal\/flags)/, sideEffects: false }] },
      // Few files instead of many crumbs: every file is a request of its own on a slow link.
      output: { codeSplitting: { groups: mode === "phone" ? CHUNKS : CHUNKS.slice(0, 1) } },
    },
  },
  server: { proxy: { "/api": API, "/media": API } },
  test: { include: ["tests/**/*.test.ts"] },
}));
