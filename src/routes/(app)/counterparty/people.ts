import { SEXES } from '#lib/features/contacts/record.ts';
import type { Option } from '#lib/ui/options.svelte.ts';
import { m } from '#lib/messages/messages.js';

const WORDS: Readonly<Record<(typeof SEXES)[number], () => string>> = {
	female: m.contacts_sex_female,
	male: m.contacts_sex_male,
	other: m.contacts_sex_other
};

/** What a person says of himself, to choose from. */
export const sexOptions = (): readonly Option[] =>
	SEXES.map((sex) => ({ value: sex, label: WORDS[sex]() }));

/** The same by what is stored. */
export const sexNames = (): Readonly<Record<string, string>> =>
	Object.fromEntries(SEXES.map((sex) => [sex, WORDS[sex]()]));
