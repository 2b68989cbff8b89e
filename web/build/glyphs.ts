/** Icons as plain SVG: the library builds each from data when it is shown, and brings what that takes with it. */

import { readFile } from "node:fs/promises";
import type { Plugin } from "vite";

const ICON = /@lucide\/svelte\/dist\/icons\/[a-z0-9-]+\.svelte$/;
const DATA = /const iconData = (\{.*\});/;
const DRAWN = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"';

type Node = [tag: string, attributes: Record<string, string | number>];

export function glyphs(): Plugin {
  return {
    name: "tallscreen-glyphs",
    enforce: "pre",
    async load(id) {
      if (!ICON.test(id)) return null;
      const data = DATA.exec(await readFile(id, "utf8"))?.[1];
      if (!data) throw new Error(`${id} holds no icon`);
      const { node } = JSON.parse(data) as { node: Node[] };
      return `<script>let { class: given } = $props();</script>
<svg class={given} viewBox="0 0 24 24" width="24" height="24" ${DRAWN} aria-hidden="true">${node.map(shape).join("")}</svg>`;
    },
  };
}

function shape([tag, attributes]: Node): string {
  const said = Object.entries(attributes).filter(([name]) => name !== "key");
  return `<${tag} ${said.map(([name, value]) => `${name}="${String(value)}"`).join(" ")} />`;
}
