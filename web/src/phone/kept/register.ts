import { LOADED } from "../../shared/offline/rules";

/** The worker comes once the page stands: it is for the next visit, and for times without a network. */
export async function registerWorker(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  try {
    await navigator.serviceWorker.register("/worker.js", { updateViaCache: "none" });
    const { active } = await navigator.serviceWorker.ready;
    const files = performance.getEntriesByType("resource").map(({ name }) => new URL(name)).filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith("/assets/"));
    active?.postMessage({ kind: LOADED, files: files.map(({ pathname }) => pathname) });
  } catch {
    // A browser that forbids it plays all the same.
  }
}
