import { KINDS, type KindName } from '#lib/shared/kinds.ts';

/** A saved view as its reader sees it. */
export interface SavedView {
	readonly id: string;
	readonly kind: KindName;
	readonly name: string;
	readonly query: string;
	readonly shared: 'nobody' | 'department' | 'team';
	readonly departmentId: string | null;
	readonly pinned: boolean;
	readonly ownerId: string;
	readonly ownerName: string;
	/** Its owner, and whoever looks after the settings of a view that others see. */
	readonly mayChange: boolean;
	/** The reader begins the list with it. */
	readonly isDefault: boolean;
}

/** What of an address is the view: not the page that is open, and not which view it is. */
const PASSING = ['after', 'before', 'view_id', 'trashed'];

/** The part of a list's address that a view keeps, always in the same order. */
export function viewQuery(params: URLSearchParams): string {
	const kept = new URLSearchParams(params);
	for (const name of PASSING) kept.delete(name);
	kept.sort();
	return kept.toString();
}

/** Where a view is looked at; the address says which one it is. */
export function viewAddress({ id, kind, query }: Pick<SavedView, 'id' | 'kind' | 'query'>): string {
	const params = new URLSearchParams(query);
	params.set('view_id', id);
	return `${KINDS[kind].path}?${params}`;
}
