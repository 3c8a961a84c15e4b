export type AddressLevel = 'company' | 'location' | 'hub' | 'port';

/** The four address fields as they stand in the dialog. */
export type Address = Readonly<Record<AddressLevel, string>>;
