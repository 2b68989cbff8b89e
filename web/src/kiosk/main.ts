import type { Component } from "svelte";
import { open } from "../shared/open";
import "./kiosk.css";

/** One page for three screens of the hall: the address says which. */
function screenOf(path: string): Promise<{ default: Component }> {
  if (path.startsWith("/wall/screening/")) return import("./screening/Screening.svelte");
  return path.startsWith("/wall") ? import("./wall/Wall.svelte") : import("./hall/Hall.svelte");
}
const screen = screenOf(location.pathname);
void screen.then(({ default: Screen }) => open(Screen, "kiosk"));
