/** Which episode a file is, from its name as producers write it: E07, 07, S01E04, 第7集, "7 серия", "part 7 of 80", قسمت ۷. */

import { westernDigits } from "../../shared/crew/digits";

const LARGEST = 999;

const WORDS_BEFORE = (
  "episod[eio]*|epizod|folge|odcinek|chapter|(?:^|[^\\p{L}])(?:part|pt)|эпизод|серия|серыя|выпуск|часть|частка|бөлім|бөлүм|бөлүк|қисми|қисм|қисмат|qism|bölüm|" +
  "एपिसोड|भाग|कड़ी|अंक|পর্ব|எபிசோட்|قسمت|قسط|ایپی سوڈ|حلقه|حلقة|الحلقة|제"
).normalize("NFKC");
const WORDS_AFTER = "серия|серыя|эпизод|выпуск|часть|частка|бөлім|бөлүм|бөлүк|қисм|qism|bölüm|भाग|कड़ी|পর্ব|قسط|集|话|話|回|화|회".normalize("NFKC");
/** What may stand between the word and its number: "№", "no.", "نمبر". */
const NUMBER_SIGN = "(?:no\\.?|n\\.|nr\\.?|номер|نمبر|شماره|नंबर|№|#)?";
/** "7-я", "7-ші": the endings of ordinals. */
const ORDINAL = "(?:-?(?:я|ая|ші|шы|чи|нчи|чы|ум|юм|th|st|nd|rd))?";

/** In order of trust; the first group is the number. */
const MARKED: readonly RegExp[] = [
  /(?:^|[^a-z0-9])s\d{1,2}[ ._-]*e(?:p|pisode)?[ ._-]*(\d{1,3})(?!\d)/u,
  /第 *([\d零〇一二两三四五六七八九十百]+) *[集话話回]/u,
  new RegExp(`(?:^|[^\\d])(\\d{1,3}) *${ORDINAL}[ ._-]*(?:${WORDS_AFTER})`, "u"),
  new RegExp(`(?:${WORDS_BEFORE})[ ._-]*${NUMBER_SIGN}[ ._-]*(\\d{1,3})(?!\\d)`, "u"),
  /(?:^|[^\p{L}])(?:eps?|e)[ ._#-]*(\d{1,3})(?!\d)/u,
  /(?:^|[^\d])\d{1,2}x(\d{2})(?!\d)/u,
];

/** Numbers in a name that say something else: picture size, rate, codec, date, version, season. */
const NOISE: readonly RegExp[] = [
  /(?<!\d)9[x:×_ .-]16(?!\d)/gu,
  /\d{3,4} *[x×] *\d{3,4}/gu,
  /(?<!\d)\d{3,4}[pi](?![a-z])/gu,
  /\d+(?:[.,]\d+)? *(?:fps|kbps|mbps|khz|hz|bit|кадр\S*|k(?![a-z]))/gu,
  /(?:[hx][ .]?26[45]|av1|vp9|mp[34]|aac|ac3|hdr10)/gu,
  /(?<!\d)[257][.]1(?!\d)/gu,
  /(?<!\d)(?:19|20)\d{2}(?:[-_.]?\d{2}[-_.]?\d{2})?(?!\d)/gu,
  /(?:^|[^a-z])(?:v|ver|version|take|rev)[ ._-]*\d+/gu,
  /(?:^|[^a-z])(?:s|season)[ ._-]*\d{1,2}(?!\d)|\d+[ -]*(?:й )?сезон|сезон *\d+|第 *[\d一二三四五六七八九十]+ *季/gu,
  /\(\d+\)$/gu,
];

export function episodeNumberOf(fileName: string): number | null {
  const name = plain(fileName);
  return markedNumber(name) ?? within(bareNumber(cleaned(name)));
}

/** The same for files that came together: where names hold bare numbers only, the one that counts is the one that varies. */
export function episodeNumbersOf(fileNames: readonly string[]): (number | null)[] {
  const alone = fileNames.map(episodeNumberOf);
  const clear = !alone.includes(null) && new Set(alone).size === alone.length;
  const names = fileNames.map(plain);
  if (clear || names.length < 3 || names.some((name) => markedNumber(name) !== null)) return alone;
  return varyingNumbers(names.map((name) => (cleaned(name).match(/\d+/gu) ?? []).map(Number))) ?? alone;
}

function varyingNumbers(rows: readonly (readonly number[])[]): number[] | null {
  const length = rows[0]?.length ?? 0;
  if (length === 0 || rows.some((row) => row.length !== length)) return null;
  const columns = Array.from({ length }, (_, index) => rows.map((row) => row[index] ?? 0));
  const varying = columns.filter((column) => new Set(column).size === rows.length && column.every((number) => within(number) !== null));
  return varying.length === 1 ? (varying[0] ?? null) : null;
}

/** Without folder, ending, and the invisible marks that right-to-left names carry; digits of any script as 0-9. */
function plain(fileName: string): string {
  const name = fileName.normalize("NFKC").replace(/\p{Cf}/gu, " ").replace(/^.*[/\\]/u, "").replace(/\.[a-z0-9]{1,5}$/iu, "");
  return westernDigits(name).toLowerCase().replace(/ي/gu, "ی").replace(/ك/gu, "ک");
}

function cleaned(name: string): string {
  return NOISE.reduce((text, noise) => text.replace(noise, " "), name);
}

function markedNumber(name: string): number | null {
  const shown = name.replace(NOISE[0] ?? "", " ");
  for (const pattern of MARKED) {
    const found = pattern.exec(shown)?.[1];
    if (found) return within(/^\d+$/u.test(found) ? Number(found) : chineseNumber(found));
  }
  return null;
}

/** "7 of 80" at the end of a name. */
const OF_ALL = /(?:^|\D)(\d{1,3}) *(?:of|из|з|از) *\d{1,3}\D*$/u;

/** A number without a word: the first of the name, the last of it, or the only one written with a leading zero. */
function bareNumber(name: string): number | null {
  const ofAll = OF_ALL.exec(name)?.[1];
  if (ofAll) return Number(ofAll);
  const numbers = name.match(/\d+/gu) ?? [];
  const padded = numbers.filter((digits) => digits.startsWith("0") && digits.length <= 3);
  if (padded.length === 1) return Number(padded[0]);
  if (new Set(numbers.map(Number)).size === 1) return Number(numbers[0]);
  const leading = /^\D{0,1}(\d{1,3})(?!\d)/u.exec(name.trim())?.[1];
  return leading ? Number(leading) : null;
}

function within(number: number | null): number | null {
  return number !== null && number >= 1 && number <= LARGEST ? number : null;
}

const DIGITS = "零一二三四五六七八九";

function chineseNumber(text: string): number {
  const value = (sign: string | undefined): number => Math.max(0, DIGITS.indexOf(sign === "两" ? "二" : sign === "〇" ? "零" : (sign ?? "零")));
  const [hundreds, rest] = text.includes("百") ? split(text, "百") : ["", text];
  const [tens, ones] = rest.includes("十") ? split(rest, "十") : ["", rest.replace(/^零/u, "")];
  const hasTens = rest.includes("十");
  return (hundreds ? value(hundreds) * 100 : 0) + (hasTens ? (tens.replace("零", "") ? value(tens.at(-1)) : 1) * 10 : 0) + value(ones || "零");
}

function split(text: string, at: string): [string, string] {
  const index = text.indexOf(at);
  return [text.slice(0, index), text.slice(index + 1)];
}
