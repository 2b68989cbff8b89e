/** The addresses of the phone page. */

export type Route =
  | { page: "festival" }
  | { page: "ballots" }
  | { page: "receipt" }
  | { page: "series"; slug: string }
  | { page: "film"; slug: string; number: number }
  | { page: "nowhere" };

const SERIES = /^\/s\/([a-z0-9-]+)\/?$/;
const FILM = /^\/s\/([a-z0-9-]+)\/e\/(\d+)\/?$/;

export function routeOf(path: string): Route {
  if (path === "/") return { page: "festival" };
  if (path === "/ballots" || path === "/receipt") return { page: path === "/ballots" ? "ballots" : "receipt" };
  const film = FILM.exec(path);
  if (film) return { page: "film", slug: film[1] ?? "", number: Number(film[2]) };
  const series = SERIES.exec(path);
  return series ? { page: "series", slug: series[1] ?? "" } : { page: "nowhere" };
}

export function pathOf(route: Route): string {
  switch (route.page) {
    case "ballots":
    case "receipt":
      return `/${route.page}`;
    case "series":
      return `/s/${route.slug}`;
    case "film":
      return `/s/${route.slug}/e/${String(route.number)}`;
    default:
      return "/";
  }
}
