import type { FormFault } from '#lib/server/web/action.ts';
import { sentenceFor } from '#lib/features/users/model.ts';
import { m } from '#lib/messages/messages.js';

/** Why a city was not taken as it was entered: what is wrong with this field, or undefined. */
export function cityFault(form: object | null, field: string): string | undefined {
	// Only `refuse` answers with faults.
	const faults = form && 'faults' in form ? (form.faults as readonly FormFault[]) : [];
	const fault = faults.find((one) => one.field === field);
	if (!fault) return undefined;
	if (fault.code === 'city_unknown') return m.cities_fault_unknown();
	if (fault.code === 'same_city') return m.cities_fault_same();
	if (fault.code !== 'city_taken') return sentenceFor(fault.code);
	const { name, city } = fault.params ?? {};
	return name === undefined
		? m.cities_fault_taken_now()
		: m.cities_fault_taken({ name: String(name), city: String(city) });
}
