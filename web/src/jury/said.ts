import type { EpisodeSeen, JuryTitle, Maker, RoundCard } from "../api/jury";
import { offsetOf, ownZone } from "../shared/crew/zones";
import { words } from "../shared/words.svelte";

/** "Episode 7, The guest" */
export function nameOfEpisode({ number, title }: Pick<EpisodeSeen, "number" | "title">): string {
  const name = words.say("jury.episode", { number });
  const own = words.pick(title);
  return own ? words.say("jury.episode_named", { episode: name, title: own }) : name;
}

/** "Main Competition, final round" */
export function nameOfRound({ jury, name }: Pick<RoundCard, "jury" | "name">): string {
  return words.say("jury.round_named", { jury: words.pick(jury), round: words.pick(name) });
}

/** In the juror's own time zone, which is named: a tablet travels. */
export function meeting(at: string): string {
  return words.say("jury.in_zone", { time: words.day(at), zone: offsetOf(new Date(at), ownZone()) });
}

export function clockOf(at: string | Date): string {
  return words.date(at, { hour: "2-digit", minute: "2-digit" });
}

/** "Iran · 12 episodes · 19 min"; nothing of who made it where the round is blind. */
export function factsOf({ coverage, duration_ms }: Pick<JuryTitle, "coverage" | "duration_ms">, maker: Maker | null): string {
  const length = coverage.episodes > 0 ? [words.say("jury.episodes", { count: coverage.episodes }), words.minutes(duration_ms)] : [];
  return [...(maker ? [words.country(maker.country)] : []), ...length].join(" · ");
}

export function meanText(mean: number): string {
  return words.number(mean, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}
