/** Which episode a file is, from its name as producers write it: E07, 07, S01E04, 第7集, "7 серия", "Episode 7". */

import { westernDigits } from "../../shared/crew/digits";

const LARGEST = 999;

const WORDS_BEFORE = "episode|episod|epizod|эпизод|серия|серыя|выпуск|часть|бөлім|бөлүм|қисми|қисм|qism|bölüm|एपिसोड|भाग|قسمت|قسط";
const WORDS_AFTER = "серия|серыя|эпизод|выпуск|бөлім|бөлүм|қисм|qism|集|话|話|回";

/** In order of trust; the first group is the number. */
const MARKED: readonly RegExp[] = [
  /(?:^|[^a-z0-9])s\d{1,2}[ ._-]*e[ ._-]*(\d{1,3})(?!\d)/u,
  /第 *([\d零〇一二两三四五六七八九十百]+) *[集话話回]/u,
  new RegExp(`(?:^|[^\\d])(\\d{1,3}) *(?:-?(?:я|ая|ші|чи))? *(?:${WORDS_AFTER})`, "u"),
  new RegExp(`(?:${WORDS_BEFORE})[ ._№#-]*(\\d{1,3})(?!\\d)`, "u"),
  /(?:^|[^a-z])(?:eps?|e)[ ._#-]*(\d{1,3})(?!\d)/u,
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
  const cleaned = NOISE.reduce((text, noise) => text.replace(noise, " "), name);
  for (const pattern of MARKED) {
    const found = pattern.exec(name.replace(NOISE[0] ?? "", " "))?.[1];
    if (found) return within(/^\d+$/u.test(found) ? Number(found) : chineseNumber(found));
  }
  return within(bareNumber(cleaned));
}

function plain(fileName: string): string {
  const name = fileName.normalize("NFKC").replace(/^.*[/\\]/u, "").replace(/\.[a-z0-9]{1,5}$/iu, "");
  return westernDigits(name).toLowerCase();
}

/** A number without a word: the first of the name, the last of it, or the only one written with a leading zero. */
function bareNumber(name: string): number | null {
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
