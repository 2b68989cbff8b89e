import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const css = ["tokens", "matinee"].map((name) => readFileSync(join(import.meta.dirname, `../src/shared/${name}.css`), "utf8")).join("\n");

function tokens(selector: string): Record<string, string> {
  const block = new RegExp(`${selector.replace(/[[\]]/g, "\\$&")} \\{([\\s\\S]*?)\\n\\}`).exec(css)?.[1] ?? "";
  return Object.fromEntries(Array.from(block.matchAll(/--([\w-]+): (#[0-9A-Fa-f]{6})/g), (match) => [match[1] ?? "", match[2] ?? ""]));
}

const foyer = tokens(":root");
const matinee = { ...foyer, ...tokens('[data-theme="light"]') };

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const SURFACES = ["hall", "floor", "seat", "rail"];
const PAIRS: readonly (readonly [string, readonly string[], number])[] = [
  ["text", SURFACES, 4.5], ["text-2", SURFACES, 4.5], ["text-3", SURFACES, 4.5], ["edge", SURFACES, 3],
  ["lamp", ["hall", "floor", "seat"], 4.5], ["on-lamp", ["lamp"], 4.5], ["on-kept", ["kept"], 4.5], ["focus", ["hall"], 4.5],
  ["kept", ["kept-wash", "hall", "seat"], 4.5], ["beam", ["beam-wash", "hall", "seat"], 4.5],
  ["wait", ["wait-wash", "hall", "seat"], 4.5], ["loss", ["loss-wash", "hall", "seat"], 4.5],
  ["text", ["lamp-wash", "kept-wash", "beam-wash", "wait-wash", "loss-wash"], 4.5],
  ["text-2", ["lamp-wash", "kept-wash", "beam-wash", "wait-wash", "loss-wash"], 4.5],
];

describe.each([["Foyer", foyer], ["Matinee", matinee]] as const)("%s", (_, theme) => {
  test.each(PAIRS)("%s is readable on its surfaces", (front, backs, least) => {
    const poor = backs.filter((back) => contrast(theme[front] ?? "", theme[back] ?? "") < least);
    expect(poor).toEqual([]);
  });
});
