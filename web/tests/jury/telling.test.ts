import { afterEach, expect, test, vi } from "vitest";
import { Telling } from "../../src/jury/title/telling";

afterEach(() => { vi.unstubAllGlobals(); });

test("what was played while a report was under way is told right after it", async () => {
  const told: unknown[] = [];
  const answers: (() => void)[] = [];
  vi.stubGlobal("fetch", (_: string, { body }: { body: string }) => {
    told.push((JSON.parse(body) as { spans: unknown }).spans);
    const answer = new Response(JSON.stringify({ episode: 1, seen: 1, seconds: 5, whole: false }), { headers: { "Content-Type": "application/json" } });
    return new Promise<Response>((resolve) => { answers.push(() => { resolve(answer); }); });
  });
  const telling = new Telling(1, () => undefined);

  telling.look(0, true);
  telling.look(2, true);
  telling.flush();
  telling.look(4, true);
  telling.look(4, false);
  telling.flush();
  expect(told).toEqual([[[0, 2]]]);
  answers[0]?.();

  await vi.waitFor(() => { expect(told).toEqual([[[0, 2]], [[2, 4]]]); });
  answers[1]?.();
});
