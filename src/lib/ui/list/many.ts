/** What a list offers to do with many of its rows at once. */
export interface Many {
	readonly kind: string;
	/** The list as its address asks for it, without the page that is open. */
	readonly query: string;
	/** How many rows it has in all its pages, in words; null when all are shown. */
	readonly total: string | null;
	readonly isTrash: boolean;
	readonly mayEdit: boolean;
	readonly mayHandOver: boolean;
	readonly mayTrash: boolean;
}

/** Whether there is anything to tick rows for. */
export const offersAny = ({ isTrash, mayEdit, mayHandOver, mayTrash }: Many): boolean =>
	isTrash ? mayTrash : mayEdit || mayHandOver || mayTrash;
