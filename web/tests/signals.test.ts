import { afterEach, expect, test, vi } from "vitest";
import { either } from "../src/api/signals";

afterEach(() => { vi.unstubAllGlobals(); });

test.each(["a browser that knows it", "a browser that does not"])("either signal is enough in %s", (browser) => {
  if (browser.endsWith("not")) vi.stubGlobal("AbortSignal", Object);
  const [one, other] = [new AbortController(), new AbortController()];
  const both = either(one.signal, other.signal);
  expect(both.aborted).toBe(false);

  other.abort("enough");

  expect([both.aborted, both.reason]).toEqual([true, "enough"]);
});
