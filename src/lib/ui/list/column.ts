import type { Option } from '#lib/ui/options.svelte.ts';

/** A column of a list; what stands in its cells is the page's `cell` snippet. */
export interface ListColumn {
	readonly name: string;
	readonly label: string;
	/** The name in the address by which the list can be sorted along this column. */
	readonly sort?: string;
	readonly align?: 'end';
	/** Cells of this column can be changed in the list, through the page's `editor` snippet. */
	readonly editable?: boolean;
}

/** One filter of a list: a parameter of the address and the values it may take. */
export interface ListFilter {
	readonly name: string;
	readonly label: string;
	readonly options: readonly Option[];
	/** A day is chosen instead of one of the options. */
	readonly isDay?: boolean;
	/** One of the options always counts; there is no entry for "any". */
	readonly always?: boolean;
	/** What is shown when none is chosen, where that is not any. */
	readonly unset?: string;
}

/** What every row of a list has. */
export interface ListRow {
	readonly id: string;
	readonly rev: number;
}
