import { mount, type Component } from "svelte";
import "./tokens.css";
import "./base.css";
import { words, type Surface } from "./words.svelte";

/** Load the reader's language, then put the page in place. */
export async function open(App: Component, surface: Surface): Promise<void> {
  await words.open(surface);
  const target = document.getElementById("app");
  if (target) mount(App, { target });
}
