import type { Choice, Choices } from '#lib/features/companies/queries.server.ts';
import type { Format } from '#lib/ui/format.ts';
import type { ListFilter } from '#lib/ui/list/column.ts';
import type { Option } from '#lib/ui/options.svelte.ts';
import { m } from '#lib/messages/messages.js';

/** Choices as options, each once though it may count in several departments. */
export function optionsOf(choices: readonly { id: string; name: string }[]): Option[] {
	const names = new Map(choices.map(({ id, name }) => [id, name]));
	return [...names].map(([value, label]) => ({ value, label }));
}

/** The options that count in one department. */
export const optionsIn = (choices: readonly Choice[], departmentId: string): Option[] =>
	optionsOf(choices.filter((choice) => choice.departmentId === departmentId));

export const ownerFilter = ({ owners }: Choices): ListFilter => ({
	name: 'owner',
	label: m.records_owner(),
	options: [
		{ value: 'me', label: m.lists_me() },
		{ value: 'nobody', label: m.records_nobody() },
		...optionsOf(owners)
	]
});

/** Only for those who look at more than one department. */
export const departmentFilter = ({ departments }: Choices): readonly ListFilter[] =>
	departments.length < 2
		? []
		: [
				{
					name: 'department',
					label: m.records_department(),
					always: true,
					options: [{ value: 'all', label: m.lists_all_departments() }, ...optionsOf(departments)]
				}
			];

/** These countries in the order of the reader's language. */
export const countriesNamed = (codes: readonly string[], format: Format): Option[] =>
	codes
		.map((code) => ({ value: code, label: format.country(code) }))
		.sort((a, b) => format.compare(a.label, b.label));

const named = new Map<string, readonly Option[]>();

/** These countries as options; naming and sorting them costs a millisecond, so that it is done once. */
export function countryOptions(format: Format, codes: readonly string[]): readonly Option[] {
	const key = `${format.locale} ${codes.join(' ')}`;
	const known = named.get(key);
	if (known) return known;
	const options = countriesNamed(codes, format);
	named.clear();
	named.set(key, options);
	return options;
}
