/** People, invitations and companies, as the server last said it. Every change is shown once the server has made it. */

import { get, post, put, remove } from "../../api/client";
import type { Problem } from "../../api/problem";
import type { Account, CompaniesPage, CompanyCard, InvitationsPage, NewRoleInvitation, PeoplePage, Person, RoleInvitation } from "../../api/types";
import { problemFrom } from "../../shared/crew/session.svelte";

export type Role = Account["role"];
export const ROLES: readonly Role[] = ["organiser", "juror", "auditor", "producer"];
const PEOPLE = "/api/desk/people", INVITATIONS = "/api/desk/people/invitations", COMPANIES = "/api/desk/companies";

class People {
  people = $state.raw<Person[] | null>(null);
  more = $state.raw<number | null>(null);
  invitations = $state.raw<RoleInvitation[]>([]);
  moreInvited = $state.raw<number | null>(null);
  companies = $state.raw<CompanyCard[]>([]);
  moreCompanies = $state.raw<number | null>(null);
  /** Of the page. */
  problem = $state.raw<Problem | null>(null);
  /** Of what was just asked for. */
  refused = $state.raw<Problem | null>(null);
  busy = $state(false);
  text = $state("");
  role = $state<Role | "">("");
  #asked = 0;

  async load(): Promise<void> {
    await this.#look(async () => {
      const [, invited, companies] = await Promise.all([
        this.find(), get<InvitationsPage>(INVITATIONS, { retries: 2 }), get<CompaniesPage>(COMPANIES, { retries: 2 }),
      ]);
      this.invitations = invited.invitations;
      this.moreInvited = invited.next;
      this.companies = companies.companies;
      this.moreCompanies = companies.next;
    });
  }

  /** Those that the fields describe; an answer that a later question overtook is dropped. */
  async find(): Promise<void> {
    await this.#look(async () => {
      this.#asked += 1;
      const mine = this.#asked;
      const page = await get<PeoplePage>(this.#query(0), { retries: 2 });
      if (mine !== this.#asked) return;
      this.people = page.people;
      this.more = page.next;
    });
  }

  async showMore(): Promise<void> {
    const after = this.more;
    if (after === null) return;
    await this.#look(async () => {
      const page = await get<PeoplePage>(this.#query(after), { retries: 2 });
      this.people = [...(this.people ?? []), ...page.people];
      this.more = page.next;
    });
  }

  async showMoreInvited(): Promise<void> {
    await this.#look(async () => {
      const page = await get<InvitationsPage>(`${INVITATIONS}?after=${String(this.moreInvited ?? 0)}`, { retries: 2 });
      this.invitations = [...this.invitations, ...page.invitations];
      this.moreInvited = page.next;
    });
  }

  async showMoreCompanies(): Promise<void> {
    await this.#look(async () => {
      const page = await get<CompaniesPage>(`${COMPANIES}?after=${String(this.moreCompanies ?? 0)}`, { retries: 2 });
      this.companies = [...this.companies, ...page.companies];
      this.moreCompanies = page.next;
    });
  }

  #query(after: number): string {
    const query = new URLSearchParams({ after: String(after), ...(this.text.trim() && { q: this.text.trim() }), ...(this.role && { role: this.role }) });
    return `${PEOPLE}?${query.toString()}`;
  }

  invite(invitation: NewRoleInvitation): Promise<RoleInvitation | null> {
    return this.#change(() => post<RoleInvitation>(INVITATIONS, invitation));
  }

  sendAgain(invitation: number): Promise<RoleInvitation | null> {
    return this.#change(() => post<RoleInvitation>(`${INVITATIONS}/${String(invitation)}/send`));
  }

  takeBack(invitation: number): Promise<true | null> {
    return this.#change(async () => { await remove(`${INVITATIONS}/${String(invitation)}`); return true as const; });
  }

  changeRole(person: number, role: Role, company: string | null): Promise<Person | null> {
    return this.#change(() => put<Person>(`${PEOPLE}/${String(person)}`, { role, company }));
  }

  act(person: number, what: "disable" | "enable" | "forget-passkeys"): Promise<Person | null> {
    return this.#change(() => post<Person>(`${PEOPLE}/${String(person)}/${what}`));
  }

  rename(company: number, name: string): Promise<CompanyCard | null> {
    return this.#change(() => put<CompanyCard>(`${COMPANIES}/${String(company)}`, { name }));
  }

  merge(company: number, into: number): Promise<CompanyCard | null> {
    return this.#change(() => post<CompanyCard>(`${COMPANIES}/${String(company)}/merge`, { into }));
  }

  async #look(work: () => Promise<void>): Promise<void> {
    this.problem = null;
    try {
      await work();
    } catch (error) {
      this.problem = problemFrom(error);
    }
  }

  /** What it gives, once the lists say so too; null where it was refused. */
  async #change<Answer>(work: () => Promise<Answer>): Promise<Answer | null> {
    if (this.busy) return null;
    this.busy = true;
    this.refused = null;
    try {
      const answer = await work();
      await this.load();
      return answer;
    } catch (error) {
      this.refused = problemFrom(error);
      return null;
    } finally {
      this.busy = false;
    }
  }
}

export const people = new People();
