import type { KindName } from '#lib/shared/kinds.ts';
import { type ListQuery, queryText } from '#lib/shared/list-query.ts';
import type { Format } from '#lib/ui/format.ts';
import type { Many } from '#lib/ui/list/many.ts';
import { m } from '#lib/messages/messages.js';
import type { LayoutData } from '../$types';

interface Listed {
	readonly may: LayoutData['may'];
	readonly query: ListQuery;
	/** Rows on this page. */
	readonly shown: number;
	readonly total: { readonly count: number; readonly more: boolean };
	readonly format: Format;
}

/** What a list of this kind offers to do with many of its rows. */
export function manyOf(kind: KindName, { may, query, shown, total, format }: Listed): Many {
	const { edit, handOver, trash } = may.many[kind];
	const count = format.number(total.count);
	const words = total.more ? m.lists_total_more({ count }) : count;
	return {
		kind,
		query: queryText(query),
		total: total.count > shown || total.more ? words : null,
		isTrash: query.trash,
		...{ mayEdit: edit, mayHandOver: handOver, mayTrash: trash }
	};
}
