import type { SavedView } from '#lib/features/views/model.ts';
import type { Option } from '#lib/ui/options.svelte.ts';
import { m } from '#lib/messages/messages.js';

interface Named {
	readonly id: string;
	readonly name: string;
}

/** With whom a view can be shared; one of another department stays where it is. */
export function sharedOptions(departments: readonly Named[], view?: SavedView): Option[] {
	const isElsewhere = view?.departmentId && !departments.some(({ id }) => id === view.departmentId);
	return [
		{ value: 'nobody', label: m.views_nobody() },
		...departments.map(({ id, name }) => ({ value: id, label: m.views_department({ name }) })),
		...(isElsewhere && view.departmentId
			? [{ value: view.departmentId, label: m.views_other_department() }]
			: []),
		{ value: 'team', label: m.views_team() }
	];
}

/** What the choice of such a list is for this view. */
export const sharedValue = ({ shared, departmentId }: SavedView): string => departmentId ?? shared;

const FAULTS: Readonly<Record<string, () => string>> = {
	required: m.views_fault_name,
	too_long: m.views_fault_name_long,
	too_many_views: m.views_fault_too_many
};

/** Why a view was not saved. */
export function viewFault(form: unknown): string | null {
	if (typeof form !== 'object' || form === null) return null;
	const { message, faults } = form as {
		message?: string;
		faults?: readonly { readonly code: string }[];
	};
	const [fault] = faults ?? [];
	if (!fault) return message ?? null;
	return FAULTS[fault.code]?.() ?? m.records_refused_without_reason();
}
