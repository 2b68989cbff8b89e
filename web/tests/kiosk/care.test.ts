import { describe, expect, test } from "vitest";
import { tokenOf } from "../../src/kiosk/ballot/badge";
import { Healer, HOPELESS, type Cure } from "../../src/kiosk/device/healing";
import { isInside } from "../../src/kiosk/device/lock";
import { unturned } from "../../src/kiosk/device/picture";
import { sameStill, wayOf } from "../../src/shared/offline/films";

describe("a picture that stands still", () => {
  /** Cures of so many seconds, second by second; a reload begins a new page with what the last one remembered. */
  function cures(seconds: number, moving: (second: number) => boolean | null): Cure[] {
    let healer = new Healer();
    return Array.from({ length: seconds }, (_, second) => {
      const cure = healer.tick(second * 1000, moving(second));
      if (cure === "reload") healer = new Healer(healer.trouble);
      return cure;
    });
  }

  test("after five seconds another film, after thirty the page anew, after two minutes stills", () => {
    const found = cures(140, () => false);

    expect(found.indexOf("next")).toBe(5);
    expect(found.indexOf("reload")).toBe(30);
    const safe = found.indexOf("safe");
    expect(safe * 1000).toBeGreaterThanOrEqual(HOPELESS);
    expect(safe * 1000).toBeLessThan(HOPELESS + 10_000);
  });

  test("a film that moves is left alone, and so is a pause", () => {
    expect(new Set(cures(300, () => true))).toEqual(new Set(["none"]));
    expect(new Set(cures(300, () => null))).toEqual(new Set(["none"]));
  });

  test("a short stall now and then never adds up", () => {
    expect(new Set(cures(600, (second) => second % 12 > 3))).toEqual(new Set(["none"]));
  });
});

describe("keys", () => {
  const key = (name: string, with_: Partial<KeyboardEvent> = {}): boolean =>
    isInside({ key: name, ctrlKey: false, altKey: false, metaKey: false, shiftKey: false, ...with_ });

  test.each(["Tab", "Enter", " ", "ArrowDown", "Home"])("%s moves within the page", (name) => {
    expect(key(name)).toBe(true);
  });

  test.each(["F1", "F5", "F11", "F12", "Escape", "BrowserBack", "a", "/", "ContextMenu"])("%s does nothing", (name) => {
    expect(key(name)).toBe(false);
  });

  test("nor does anything with a modifier, but for Tab backwards", () => {
    expect([key("Tab", { ctrlKey: true }), key("ArrowLeft", { altKey: true }), key("Enter", { metaKey: true }), key("Home", { shiftKey: true })]).toEqual([false, false, false, false]);
    expect(key("Tab", { shiftKey: true })).toBe(true);
  });
});

describe("a box on the glass", () => {
  const glass = { width: 1920, height: 1080 };
  const box = { x: 100, y: 50, width: 30, height: 20 };

  test("has its place on a page that is turned", () => {
    expect(unturned(box, 0, glass)).toEqual(box);
    expect(unturned(box, 180, glass)).toEqual({ x: 1790, y: 1010, width: 30, height: 20 });
    // Turned by a quarter, the page's beginning is at the glass's right edge.
    expect(unturned(box, 90, glass)).toEqual({ x: 50, y: 1790, width: 20, height: 30 });
    expect(unturned(box, 270, glass)).toEqual({ x: 1010, y: 100, width: 20, height: 30 });
  });
});

describe("the worker", () => {
  const way = (path: string, mode = "cors", method = "GET"): string => wayOf(new URL(path, "https://hall.example"), { mode, method });

  test("keeps the page, its files, films, and the one code that is everybody's", () => {
    expect(way("/kiosk", "navigate")).toBe("page");
    expect(way("/assets/a.js")).toBe("asset");
    expect(way("/media/01930000-0000-7000-8000-000000000001/v720/000.m4s")).toBe("film");
    expect(way("/api/kiosk/qr.svg?path=/")).toBe("code");
  });

  test("never keeps a visitor's receipt, nor anything of a session", () => {
    expect(way("/api/kiosk/qr.svg?path=%2Freceipt%23ABC")).toBe("pass");
    expect(way("/api/kiosk/manifest")).toBe("pass");
    expect(way("/api/kiosk/votes", "cors", "POST")).toBe("pass");
    expect(way("/desk", "navigate")).toBe("pass");
  });

  test("finds the one format of a still that is there", () => {
    expect(sameStill("/media/a/posters/x.avif", "/media/a/posters/x.webp")).toBe(true);
    expect(sameStill("/media/a/posters/x.avif", "/media/a/posters/y.webp")).toBe(false);
    expect(sameStill("/media/a/v720/000.m4s", "/media/a/v720/000.m4s")).toBe(false);
  });
});

describe("a scanned code", () => {
  test("is a badge's where its address says so", () => {
    expect(tokenOf("https://festival.example/b/AB%2DCD")).toBe("AB-CD");
  });

  test.each(["https://festival.example/h/ABCD", "AB-CD", "https://festival.example/b/", "javascript:alert(1)", "https://festival.example/b/a/b"])("%s is none", (text) => {
    expect(tokenOf(text)).toBeNull();
  });
});
