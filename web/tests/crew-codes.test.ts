import { expect, test } from "vitest";
import { cleanIssuedCode, cleanMailCode, initials, looksLikeEmail } from "../src/shared/crew/codes";

test("codes are taken as people type them", () => {
  expect(cleanIssuedCode(" 5rcp-s7sw-kw9e ")).toBe("5RCPS7SWKW9E");
  expect(cleanMailCode("1234 5678")).toBe("12345678");
  expect(cleanMailCode("۱۲۳۴۵۶۷۸")).toBe("12345678");
  expect(cleanMailCode("१२३४५६७८")).toBe("12345678");
});

test("an address has a name, an at sign and a domain", () => {
  expect(["a@b.example", " a@b.example ", "a@b", "a b@c.example", ""].map(looksLikeEmail)).toEqual([true, true, false, false, false]);
});

test("initials of any script", () => {
  expect(["Alesia Kavalenka", "Дана Омарова", "王芳", "Organiser", "  "].map(initials)).toEqual(["AK", "ДО", "王", "O", ""]);
});
