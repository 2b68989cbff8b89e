import { expect, test } from "vitest";
import { isShown } from "../../src/kiosk/hall/show";

const at = Date.parse("2026-11-26T12:00:00Z");

test("a film is shown until its rights end, on a screen that can ask nobody too", () => {
  expect(isShown({ shown_until: "2026-11-26T12:00:01Z" }, at)).toBe(true);
  expect(isShown({ shown_until: "2026-11-26T12:00:00Z" }, at)).toBe(false);
  expect(isShown({ shown_until: null }, at)).toBe(true);
  expect(isShown({}, at)).toBe(true);
});
