/** The addresses of the phone page. */

export type Route =
  | { page: "festival" }
  | { page: "ballots" }
  | { page: "receipt" }
  | { page: "kept" }
  | { page: "schedule" }
  | { page: "handover" }
  | { page: "badge" }
  | { page: "hall" }
  | { page: "series"; slug: string }
  | { page: "film"; slug: string; number: number }
  | { page: "nowhere" };

const FIXED = [["/", "festival"], ["/ballots", "ballots"], ["/receipt", "receipt"], ["/kept", "kept"], ["/schedule", "schedule"], ["/c", "handover"], ["/b", "badge"], ["/h", "hall"]] as const;
const SERIES = /^\/s\/([a-z0-9-]+)\/?$/;
const FILM = /^\/s\/([a-z0-9-]+)\/e\/(\d+)\/?$/;

export function routeOf(path: string): Route {
  const fixed = FIXED.find(([address]) => address === path);
  if (fixed) return { page: fixed[1] };
  const film = FILM.exec(path);
  if (film) return { page: "film", slug: film[1] ?? "", number: Number(film[2]) };
  const series = SERIES.exec(path);
  return series ? { page: "series", slug: series[1] ?? "" } : { page: "nowhere" };
}

export function pathOf(route: Route): string {
  switch (route.page) {
    case "series":
      return `/s/${route.slug}`;
    case "film":
      return `/s/${route.slug}/e/${String(route.number)}`;
    default:
      return FIXED.find(([, page]) => page === route.page)?.[0] ?? "/";
  }
}
