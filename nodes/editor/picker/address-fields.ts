import type { DialogForm } from '../dialog/dialog-form';
import { idsIn } from '../dialog/id-list';
import { isEnvironment } from '../dialog/option-checks';
import { companyOf } from '../places/account-values';
import type { Address, AddressLevel } from '../places/address';
import type { PlaceIndex } from '../places/place-index';
import type { PlacesSource } from '../places/places-source';

export const addressLevels: readonly AddressLevel[] = ['company', 'location', 'hub', 'port'];

/** The four address fields of a dialog, and which company's places they are about. */
export class AddressFields {
  readonly #form: DialogForm;
  readonly #source: PlacesSource;

  constructor(form: DialogForm, source: PlacesSource) {
    this.#form = form;
    this.#source = source;
  }

  read(): Address {
    const { value } = this.#form;
    return { company: value('company'), location: value('location'), hub: value('hub'), port: value('port') };
  }

  /** If neither the node nor the account names a company, the one the address is in has to be named with it. */
  write(address: Address): void {
    const nameless = address.company.trim() === '' && this.#ofAccount() === '';
    const next = nameless ? { ...address, company: this.company() } : address;
    for (const level of addressLevels) {
      if (this.#form.value(level) !== next[level]) this.#form.set(level, next[level]);
    }
  }

  /** The company whose places are shown: the first one named, else the account's, else the only one there is. */
  company(): string {
    const named = idsIn(this.#form.value('company'))[0] || this.#ofAccount();
    if (named !== '') return named;
    const companies = [...(this.#source.indexOf('')?.companies.keys() ?? [])];
    return companies.length === 1 ? (companies[0] ?? '') : '';
  }

  /** That company's places, if they were read. */
  index(): PlaceIndex | undefined {
    return this.#source.indexOf(this.company());
  }

  /** For the company's own field: the companies come with any answer of the account. */
  indexFor(level: AddressLevel): PlaceIndex | undefined {
    if (level !== 'company') return this.index();
    return this.index() ?? this.#source.indexOf('') ?? this.#source.indexOf(this.#ofAccount());
  }

  /** Whether the account is known not to see the company, as while its id is being typed. */
  isUnknownCompany(): boolean {
    const company = this.company();
    const companies = this.indexFor('company')?.companies;
    if (companies === undefined || companies.size === 0 || company === '' || isEnvironment(company)) return false;
    return !companies.has(company);
  }

  #ofAccount(): string {
    return companyOf(this.#form.value('account'));
  }
}
