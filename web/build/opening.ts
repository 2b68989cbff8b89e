/** Makes film.html a page that shows its film first: a small script and style inside it, all the rest in a template. */

import { readFile } from "node:fs/promises";
import { build, type Plugin } from "vite";

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

/** One classic script without imports, which can stand in a page. */
async function script(): Promise<string> {
  const made = await build({
    configFile: false,
    logLevel: "warn",
    build: { write: false, minify: true, target: "es2022", rolldownOptions: { input: SCRIPT, output: { format: "iife" } } },
  });
  const [output] = Array.isArray(made) ? made : [made];
  const chunk = output && "output" in output ? output.output.find((each) => each.type === "chunk") : undefined;
  if (!chunk || chunk.type !== "chunk" || chunk.code.includes("</script")) throw new Error("the opening script was not made");
  return chunk.code.trim();
}
