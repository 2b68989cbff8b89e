/** The addresses of the phone page. */

export type Route =
  | { page: "festival" }
  | { page: "ballots" }
  | { page: "series"; slug: string }
  | { page: "film"; slug: string; number: number }
  | { page: "nowhere" };

const SERIES = /^\/s\/([a-z0-9-]+)\/?$/;
const FILM = /^\/s\/([a-z0-9-]+)\/e\/(\d+)\/?$/;

export function routeOf(path: string): Route {
  if (path === "/") return { page: "festival" };
  if (path === "/ballots") return { page: "ballots" };
  const film = FILM.exec(path);
  if (film) return { page: "film", slug: film[1] ?? "", number: Number(film[2]) };
  const series = SERIES.exec(path);
  return series ? { page: "series", slug: series[1] ?? "" } : { page: "nowhere" };
}

export function pathOf(route: Route): string {
  switch (route.page) {
    case "ballots":
      return "/ballots";
    case "series":
      return `/s/${route.slug}`;
    case "film":
      return `/s/${route.slug}/e/${String(route.number)}`;
    default:
      return "/";
  }
}
