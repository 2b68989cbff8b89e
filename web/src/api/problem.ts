/** The one error type of the web: what the server refused, or that it could not be reached. */

export interface ProblemBody {
  code: string;
  status: number;
  title: string;
  detail: string;
  kept: string;
  next: string;
  [extra: string]: unknown;
}

/** Codes the page makes itself; all others come from the server. */
export const NO_NETWORK = "no-network";
export const NO_ANSWER = "no-answer";
/** The server wants a fresh proof first: `values.how` says which. */
export const PASSKEY_NEEDED = "passkey-needed";
/** The award wants to be shown who votes, and this device has not been asked yet. */
export const BALLOT_NEEDED = "ballot-needed";

export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly body: ProblemBody;
  readonly retryAfter: number | null;

  constructor(body: ProblemBody, retryAfter: number | null = null) {
    super(body.detail || body.title || body.code);
    this.name = "Problem";
    this.code = body.code;
    this.status = body.status;
    this.body = body;
    this.retryAfter = retryAfter;
  }

  /** Nothing was decided: the same request may be sent again as it is. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }

  get offline(): boolean {
    return this.status === 0;
  }
}

export function unreachable(code: typeof NO_NETWORK | typeof NO_ANSWER | typeof BALLOT_NEEDED): Problem {
  return new Problem({ code, status: 0, title: code, detail: "", kept: "", next: "" });
}

export async function problemOf(response: Response): Promise<Problem> {
  const retryAfter = Number(response.headers.get("Retry-After")) || null;
  const read: unknown = await response.json().catch(() => null);
  const body = (read !== null && typeof read === "object" ? read : {}) as Partial<ProblemBody>;
  const text = (value: unknown): string => (typeof value === "string" ? value : "");
  const code = text(body.code) || (response.status >= 500 ? "error" : response.status === 404 ? "not-found" : "bad-request");
  return new Problem(
    { ...body, code, status: response.status, title: text(body.title), detail: text(body.detail), kept: text(body.kept), next: text(body.next) },
    retryAfter,
  );
}
