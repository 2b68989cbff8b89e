import { open } from "../shared/open";
import type { Feed } from "../api/types";
import App from "./App.svelte";
import { router } from "./router.svelte";
import { catalogue } from "./store/catalogue.svelte";
import { reelOf } from "./store/reels";

// Whoever came by a link to an episode came for its first picture: ask for it before anything else.
const { route } = router;
if (route.page === "film") {
  const brought = document.getElementById("feed")?.textContent;
  if (brought) reelOf(route.slug).give(JSON.parse(brought) as Feed);
  void reelOf(route.slug).have(route.number, null);
  void import("./player/PlayerPage.svelte").catch(() => undefined);
} else {
  void catalogue.load();
  if (route.page === "series") void catalogue.series(route.slug).load();
}
void open(App, "phone");
