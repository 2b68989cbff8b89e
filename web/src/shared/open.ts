import { mount, type Component } from "svelte";
import "./tokens.css";
import "./base.css";
import { words, type Surface } from "./words.svelte";

/** Where styles come after the page, it waits for them: nothing may jump. */
async function styled(): Promise<void> {
  const sheets = [...document.querySelectorAll<HTMLLinkElement>("link[rel=stylesheet]")].filter(({ sheet }) => sheet === null);
  await Promise.all(sheets.map((link) => new Promise<void>((resolve) => { link.onload = link.onerror = (): void => { resolve(); }; })));
}

/** Load the reader's language, then put the page in place. */
export async function open(App: Component, surface: Surface, also: readonly string[] = []): Promise<void> {
  await Promise.all([words.open(surface, also), styled()]);
  const target = document.getElementById("app");
  if (target) mount(App, { target });
}
