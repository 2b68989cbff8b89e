import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import globals from "globals";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";

const surfaces = ["phone", "kiosk", "studio", "jury", "desk"];

export default ts.config(
  { ignores: ["dist/", "node_modules/", "src/api/schema.ts"] },
  js.configs.recommended,
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: { parserOptions: { parser: ts.parser, extraFileExtensions: [".svelte"], svelteConfig } },
  },
  {
    rules: {
      "max-lines": ["error", 400],
      complexity: ["error", 10],
      // The type checker knows names better; links of the phone page are handled by its own router.
      "no-undef": "off",
      "svelte/no-navigation-without-resolve": "off",
      "svelte/no-inline-styles": "off",
      "svelte/prefer-svelte-reactivity": "off",
      "svelte/no-at-html-tags": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
    },
  },
  // Surfaces never import each other; what two of them need lives in shared/ or api/.
  ...surfaces.map((surface) => ({
    files: [`src/${surface}/**`],
    rules: {
      "no-restricted-imports": [
        "error",
        { patterns: [{ group: surfaces.filter((other) => other !== surface).map((other) => `**/${other}/**`) }] },
      ],
    },
  })),
);
