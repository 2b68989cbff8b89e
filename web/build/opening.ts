/** Makes film.html a page that shows its film first: a small script and style inside it, all the rest in a template. */

import { readFile } from "node:fs/promises";
import type { Plugin } from "vite";
import { classicScript } from "./classic";

const SCRIPT = "src/phone/opening/main.ts";
const STYLE = "src/phone/opening/first.css";
/** For readers without scripts. */
const PLAIN = "src/phone/opening/plain.css";
const LATER = /\s*<(?:script type="module"[^>]*><\/script>|link rel="(?:modulepreload|stylesheet)"[^>]*>)/g;

export function opening(): Plugin {
  return {
    name: "tallscreen-opening",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      async handler(html, { path }) {
        if (!path.endsWith("/film.html")) return html;
        const later = Array.from(html.matchAll(LATER), ([tag]) => tag.trim()).join("");
        const [style, plain] = await Promise.all([STYLE, PLAIN].map(async (name) => (await readFile(name, "utf8")).replace(/\n\s*/g, "")));
        return html
          .replace(LATER, "")
          .replace("</head>", `<style>${style}</style>\n<noscript><style>${plain}</style></noscript>\n</head>`)
          .replace("<!--rest-->", `<template id="rest">${later}</template>\n<!--rest-->`)
          .replace("<!--first-->", `<!--first-->\n<script>${await script()}</script>\n<script>block()</script>`);
      },
    },
  };
}

/** A script that can stand in a page. */
async function script(): Promise<string> {
  const code = (await classicScript(SCRIPT)).trim();
  if (code.includes("</script")) throw new Error("the opening script would end the element it stands in");
  return code;
}
