import { mount, type Component } from "svelte";
import "../shared/tokens.css";
import "../shared/base.css";
import { words } from "../shared/words.svelte";
import Glass from "./Glass.svelte";
import "./kiosk.css";

/** One page for the screens of the hall: the address says which. */
function screenOf(path: string): Promise<{ default: Component }> {
  if (path.startsWith("/ceremony/")) return import("./ceremony/Ceremony.svelte");
  if (path.startsWith("/wall/screening/")) return import("./screening/Screening.svelte");
  if (path.startsWith("/wall")) return import("./wall/Wall.svelte");
  return path.startsWith("/kiosk/loop") ? import("./hall/Open.svelte") : import("./Kiosk.svelte");
}

const target = document.getElementById("app");
const screen = screenOf(location.pathname);
const ceremony = location.pathname.startsWith("/ceremony/");
void words.open(ceremony ? "ceremony" : "kiosk", ceremony ? [] : ["phone"]).then(async () => {
  const { default: Screen } = await screen;
  if (target) mount(Glass, { target, props: { Screen } });
});
