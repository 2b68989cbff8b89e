/** A scanned code stands behind the # of the address: no server's log sees it. It is taken out before anything else. */
export function takeCode(place: Pick<Location, "pathname" | "search" | "hash">, past: Pick<History, "state" | "replaceState">): string | null {
  const code = place.hash.slice(1);
  if (place.pathname !== "/c" || code === "") return null;
  past.replaceState(past.state, "", place.pathname + place.search);
  return code;
}
