import { describe, expect, test } from "vitest";
import { flawOf, normalised } from "../src/phone/receipt/codes";
import { fromBase64, isIncluded, readHead, rootOf, sha256, type Inclusion } from "../src/phone/receipt/merkle";

/** Made by api/voting/merkle.py of the leaves "leaf 0", "leaf 1", ... */
const MADE = [
  {"leaf": "G7l9zCFjXUfiZj79/QoXRobZjdcBNS3SzQbotD/T0wU=", "index": 0, "size": 1, "proof": [], "root": "G7l9zCFjXUfiZj79/QoXRobZjdcBNS3SzQbotD/T0wU="},
  {"leaf": "y1o86GLD4yHz999tJpBUnpNqjjdxNarp89afaR9UfVs=", "index": 1, "size": 2, "proof": ["G7l9zCFjXUfiZj79/QoXRobZjdcBNS3SzQbotD/T0wU="], "root": "/F9riP+FVPdbsvnm85wxsZNtRLaSdu33sSBalVuXYeM="},
  {"leaf": "qze6NNHf4pAV3nF6bVdkqPsCnDp6D1tkuTtUNRiFv3w=", "index": 2, "size": 3, "proof": ["/F9riP+FVPdbsvnm85wxsZNtRLaSdu33sSBalVuXYeM="], "root": "1Pksj7uJcg6ztVZ3x9fvrd/rENEaGoSguo8aIzN/qpU="},
  {"leaf": "G7l9zCFjXUfiZj79/QoXRobZjdcBNS3SzQbotD/T0wU=", "index": 0, "size": 7, "proof": ["y1o86GLD4yHz999tJpBUnpNqjjdxNarp89afaR9UfVs=", "T3SUBxyjgqXFBnzEEHepmf13IuBqJqqd53G+kz3BAh0=", "AVcbVXvHBnJlDUZ8e62DN+CafzVKcgUfI7Q6eCwPSOY="], "root": "WmH8K1T5z6cXdPJDIUPdQMbLKxGUf69lp9PaXLZRmcg="},
  {"leaf": "+3+GnOi3tR/fcZ/IwhpHNsmMwWCoJWBqgfeKf00iYdk=", "index": 6, "size": 7, "proof": ["dauSgmjIb0TaXUJBGI7XHkqrLU131tUBF9rZSoQu3gM=", "T2MQhKFXxU9U/Psj/164ZQxLoWDClbsTqYMrEJ1SZ34="], "root": "WmH8K1T5z6cXdPJDIUPdQMbLKxGUf69lp9PaXLZRmcg="},
  {"leaf": "gxFfiUeVX6/cKifn9MCFS72Nonuxs+NAXbVxya+Nvho=", "index": 4, "size": 8, "proof": ["la3xW37122c4aouvvv7k0UVmKvpFB0DhhoVT6DSO06A=", "brzFS2cQ7gYQp/yCzeUXE9soDj3IRRW96WMqGbZaC5M=", "T2MQhKFXxU9U/Psj/164ZQxLoWDClbsTqYMrEJ1SZ34="], "root": "xcLIIO00L92ozolra5z1uMAKIcxLIHFMxuXTwFw1JAs="},
  {"leaf": "CVpOddUYLGuKCdkhJy6v7wlByAHUVCde2dc5jkTDNT4=", "index": 12, "size": 13, "proof": ["+uJvkiJatDI3LdWn1I20X3PLXKNr1gvx1VTA+B1uua4=", "xcLIIO00L92ozolra5z1uMAKIcxLIHFMxuXTwFw1JAs="], "root": "z5tMKkSnyqci1dVI7mT/kKEZsMMaysNETcWDAAo508o="},
];
const bytes = (text: string): Uint8Array<ArrayBuffer> => fromBase64(text) ?? new Uint8Array();
const base64 = (raw: Uint8Array | null): string => btoa(String.fromCharCode(...(raw ?? [])));
const inclusionOf = (made: (typeof MADE)[number]): Inclusion => ({ leaf: bytes(made.leaf), index: made.index, size: made.size, proof: made.proof.map(bytes) });
const leafOf = (number: number): Promise<Uint8Array<ArrayBuffer>> => sha256(Uint8Array.of(0, ...new TextEncoder().encode(`leaf ${String(number)}`)));

describe("an inclusion proof", () => {
  test.each(MADE)("of leaf $index in $size leads to the head", async (made) => {
    expect(base64(await leafOf(made.index))).toBe(made.leaf);
    expect(base64(await rootOf(inclusionOf(made), sha256))).toBe(made.root);
  });

  test.each(MADE)("of leaf $index in $size shows nothing once anything is changed", async (made) => {
    const head = { size: made.size, root: bytes(made.root) };
    const right = inclusionOf(made);
    const other = await leafOf(99);
    const changed: Inclusion[] = [
      { ...right, leaf: other },
      { ...right, index: right.index + 1 },
      { ...right, size: right.size + 1 },
      { ...right, proof: [...right.proof, other] },
      ...right.proof.map((_, at) => ({ ...right, proof: right.proof.map((each, index) => (index === at ? other : each)) })),
      ...(right.proof.length > 0 ? [{ ...right, proof: right.proof.slice(1) }] : []),
    ];
    expect(await isIncluded(right, head, sha256)).toBe(true);
    expect(await Promise.all(changed.map((each) => isIncluded(each, head, sha256)))).toEqual(changed.map(() => false));
  });

  test("of a leaf that is not in the tree has no head", async () => {
    const [made] = MADE;
    const right = inclusionOf(made ?? { leaf: "", index: 0, size: 1, proof: [], root: "" });
    expect(await rootOf({ ...right, index: -1 }, sha256)).toBeNull();
    expect(await rootOf({ ...right, index: 0.5 }, sha256)).toBeNull();
  });
});

describe("a checkpoint", () => {
  const root = MADE[0]?.root ?? "";
  const note = `tallscreen/meridian/audience\n1234\n${root}\ntime 2026-11-26T20:10:00Z\nprevious abc=\n\n\u2014 tallscreen/meridian/audience AAAA\n`;

  test("is read from its note", () => {
    expect(readHead(note)).toEqual({ origin: "tallscreen/meridian/audience", size: 1234, root: bytes(root), time: "2026-11-26T20:10:00Z" });
  });

  test.each([["", "no note"], ["a\n01\nAAAA\n\n", "a size with a nought"], [`a\n1\n${root.slice(4)}\n\n`, "a short head"], ["a\n1\n%%\n\n", "no base64"]])("%j is none: %s", (text) => {
    expect(readHead(text)).toBeNull();
  });
});

describe("a receipt as it is typed", () => {
  test.each(["7K4M-Q2XD-9HTW", "7k4mq2xd9htw", " 7K4M Q2XD\u20119HTW\n", "\uff17K4M\u2014Q2XD.9HTW"])("%j is the same one", (typed) => {
    expect(normalised(typed)).toBe("7K4MQ2XD9HTW");
    expect(flawOf(normalised(typed))).toBeNull();
  });

  test("says what is wrong with it", () => {
    const flaws = ["", "7K4M", "7K4MQ2XD9HTW2", "7K4MQ2XD9HT0", "7K4MQ2XD9HTO", "7\u041a4MQ2XD9HTW"].map((typed) => flawOf(normalised(typed)));
    expect(flaws).toEqual(["empty", "short", "long", "sign", "sign", "sign"]);
  });
});
