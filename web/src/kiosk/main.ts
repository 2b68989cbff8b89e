import { open } from "../shared/open";
import "./kiosk.css";

/** One page for two screens of the hall: the address says which. */
const screen = location.pathname.startsWith("/wall") ? import("./wall/Wall.svelte") : import("./hall/Hall.svelte");
void screen.then(({ default: Screen }) => open(Screen, "kiosk"));
