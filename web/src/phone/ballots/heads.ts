import { words, type Key } from "../../shared/words.svelte";
import type { Gap } from "./gap";
import type { Place } from "./asked";

interface Head {
  title: string;
  lang: string;
}

/** What a ballot is about: the film it marks, or what is asked of the whole award. */
export function headOf({ award, card, episode }: Place, most: number, entries: number): Head {
  const own = (title: string): Head => ({ title, lang: words.lang });
  if (award.kind === "favourite") return own(words.say("phone.ballot.favourite"));
  if (award.kind === "approval") return own(words.say("phone.ballot.approval"));
  if (award.kind === "ranking") return own(most < entries ? words.say("phone.ballot.first", { count: most }) : words.say("phone.ballot.ranking"));
  const title = words.pick(card?.title);
  const lang = words.pickedLanguage(card?.title);
  return { title: episode === null ? title : words.say("phone.ballot.episode", { title, number: episode }), lang };
}

/** The line under the title: why one may vote, or how, and how far the choice has come. */
export function lineOf({ award }: Place, why: string, chosen: number, most: number, entries: number): string {
  switch (award.kind) {
    case "favourite":
      return words.say("phone.ballot.favourite_how");
    case "approval": {
      if (most >= entries) return words.say(chosen > 0 ? "phone.ballot.chosen_count" : "phone.ballot.approval_how", { count: chosen });
      const figures = words.say("phone.ballot.chosen_of", { count: chosen, most });
      return chosen >= most ? `${figures} ${words.say("phone.ballot.free_one")}` : figures;
    }
    case "ranking":
      return words.say(chosen >= most ? "phone.ballot.ranking_full" : "phone.ballot.ranking_how");
    case "grades":
      return words.say("phone.ballot.best", { mark: award.max });
    default:
      return why;
  }
}

/** Why this reader may mark a film: it was seen, as far as the award asks. */
export function whyKey(award: Place["award"], gap: Gap | null): Key {
  if (gap === null || gap.missing > 0) return "phone.ballot.why_open";
  return award.watch === null ? "phone.ballot.why_half" : "phone.ballot.why_enough";
}
