/** A signal that fires with either of two; phones of 2023 have no AbortSignal.any yet. */
export function either(one: AbortSignal, other: AbortSignal | undefined): AbortSignal {
  if (!other) return one;
  if ("any" in AbortSignal) return AbortSignal.any([one, other]);
  const both = new AbortController();
  for (const signal of [one, other]) {
    if (signal.aborted) both.abort(signal.reason);
    else signal.addEventListener("abort", () => { both.abort(signal.reason); }, { once: true, signal: both.signal });
  }
  return both.signal;
}
