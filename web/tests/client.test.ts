import { afterEach, describe, expect, test, vi } from "vitest";
import { backoff, get, post } from "../src/api/client";
import { Problem } from "../src/api/problem";

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", ...headers } });

afterEach(() => { vi.unstubAllGlobals(); });

describe("requests", () => {
  test("send JSON and read JSON", async () => {
    const fetch = vi.fn(() => Promise.resolve(json(200, { ok: true })));
    vi.stubGlobal("fetch", fetch);

    expect(await post("/api/x", { a: 1 })).toEqual({ ok: true });
    expect(fetch).toHaveBeenCalledWith("/api/x", expect.objectContaining({ method: "POST", body: '{"a":1}', credentials: "same-origin" }));
  });

  test("a refusal is a Problem with the server's code", async () => {
    const body = { code: "voting-closed", title: "t", detail: "d", kept: "k", next: "n" };
    vi.stubGlobal("fetch", () => Promise.resolve(json(410, body, { "Retry-After": "3" })));

    const problem = await get("/api/x").catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(Problem);
    expect(problem).toMatchObject({ code: "voting-closed", status: 410, retryAfter: 3, passing: false });
  });

  test("an answer that is no JSON is a Problem too", async () => {
    vi.stubGlobal("fetch", () => Promise.resolve(new Response("<html>", { status: 502 })));
    await expect(get("/api/x")).rejects.toMatchObject({ code: "error", passing: true });
  });

  test("no network is a Problem that passes", async () => {
    vi.stubGlobal("fetch", () => Promise.reject(new TypeError("failed")));
    await expect(get("/api/x")).rejects.toMatchObject({ code: "no-network", passing: true, offline: true });
  });

  test("nothing is repeated unless asked for, and only what passes", async () => {
    const fetch = vi.fn(() => Promise.resolve(json(503, { code: "unavailable" }, { "Retry-After": "0.01" })));
    vi.stubGlobal("fetch", fetch);
    await expect(get("/api/x")).rejects.toBeInstanceOf(Problem);
    await expect(get("/api/x", { retries: 2 })).rejects.toBeInstanceOf(Problem);
    expect(fetch).toHaveBeenCalledTimes(4);
  });

  test("the pause doubles, with jitter, up to half a minute", () => {
    expect([0, 1, 2, 9].map((attempt) => backoff(attempt, () => 1))).toEqual([500, 1000, 2000, 30_000]);
    expect(backoff(0, () => 0)).toBe(125);
  });
});
