import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { follow } from "../src/api/live";

class FakeSource extends EventTarget {
  onerror: (() => void) | null = null;
  closed = false;
  close(): void {
    this.closed = true;
  }
  say(topic: string, data: unknown): void {
    this.dispatchEvent(new MessageEvent(topic, { data: JSON.stringify(data) }));
  }
}

let opened: FakeSource[];
const open = (): EventSource => {
  const source = new FakeSource();
  opened.push(source);
  return source as unknown as EventSource;
};

beforeEach(() => {
  opened = [];
  vi.useFakeTimers();
  vi.stubGlobal("window", new EventTarget());
  vi.stubGlobal("document", Object.assign(new EventTarget(), { visibilityState: "visible" }));
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("each topic comes to its own handler", () => {
  const seen: number[] = [];
  const stop = follow({ "award:1:turnout": ({ ballots }) => { seen.push(ballots); } }, { open });
  opened[0]?.say("award:1:turnout", { award: 1, rows: 3, ballots: 2 });
  stop();

  expect(seen).toEqual([2]);
  expect(opened[0]?.closed).toBe(true);
});

test("after a broken line it says stale, connects again and says fresh", () => {
  const stale: boolean[] = [];
  const stop = follow({ "award:1:turnout": () => undefined }, { open, onstale: (value) => { stale.push(value); } });
  opened[0]?.onerror?.();
  vi.advanceTimersByTime(600);
  opened[1]?.say("award:1:turnout", { award: 1, rows: 3, ballots: 2 });
  stop();

  expect(opened).toHaveLength(2);
  expect(stale).toEqual([true, false]);
});

test("the network's return does not wait for the pause", () => {
  const stop = follow({ "episode:5:state": () => undefined }, { open });
  opened[0]?.onerror?.();
  window.dispatchEvent(new Event("online"));
  stop();

  expect(opened).toHaveLength(2);
});
