/** What a list can do; its address may ask for nothing else. */
export interface ListShape {
	readonly sorts: readonly string[];
	/** With a minus in front for descending. */
	readonly defaultSort: string;
	readonly columns: readonly string[];
	readonly defaultColumns: readonly string[];
	/** Names of the filters, each one parameter of the address. */
	readonly filters: readonly string[];
}

/** What the address of a list asks for. */
export interface ListQuery {
	readonly q: string;
	readonly sort: string;
	readonly descending: boolean;
	/** In the order of the list's own columns, whatever order was asked for. */
	readonly columns: readonly string[];
	/** Only the filters that are set. */
	readonly filters: Readonly<Record<string, string>>;
	readonly after: string | undefined;
	readonly before: string | undefined;
	readonly trash: boolean;
	readonly density: 'compact' | 'comfortable';
}

const LONGEST_SEARCH = 200;
const LONGEST_FILTER = 100;

/** Reads a list's address; what the list does not know is ignored, so that old links go on working. */
export function readListQuery(params: URLSearchParams, shape: ListShape): ListQuery {
	const asked = params.get('sort') ?? shape.defaultSort;
	const known = shape.sorts.includes(bare(asked)) ? asked : shape.defaultSort;
	return {
		q: clean(params.get('q'), LONGEST_SEARCH),
		sort: bare(known),
		descending: known.startsWith('-'),
		columns: columnsOf(params, shape),
		filters: Object.fromEntries(
			shape.filters
				.map((name) => [name, clean(params.get(name), LONGEST_FILTER)] as const)
				.filter(([, value]) => value !== '')
		),
		after: params.get('after') ?? undefined,
		before: params.get('before') ?? undefined,
		trash: params.get('trash') === '1',
		density: params.get('density') === 'comfortable' ? 'comfortable' : 'compact'
	};
}

/**
 * The address of the same list with some parameters changed; null takes one away. Any change but
 * turning the page begins at the first page again.
 */
export function listHref(url: URL, changes: Readonly<Record<string, string | null>>): string {
	const params = new URLSearchParams(url.searchParams);
	params.delete('after');
	params.delete('before');
	for (const [name, value] of Object.entries(changes)) {
		if (value === null || value === '') params.delete(name);
		else params.set(name, value);
	}
	const query = params.toString();
	return query ? `${url.pathname}?${query}` : url.pathname;
}

/** The address of a file with what a list shows, in its order: what the list has put into the query by itself, too. */
export function exportHref(path: string, query: ListQuery, format: string): string {
	return `/export${path}?format=${format}&${queryText(query)}`;
}

/** What a list shows, as its address without the page that is open: to be read again by `readListQuery`. */
export function queryText({ q, sort, descending, filters, trash }: Selected): string {
	const params = new URLSearchParams(filters);
	if (q) params.set('q', q);
	params.set('sort', descending ? `-${sort}` : sort);
	if (trash) params.set('trash', '1');
	params.sort();
	return params.toString();
}

type Selected = Pick<ListQuery, 'q' | 'sort' | 'descending' | 'filters' | 'trash'>;

function columnsOf(params: URLSearchParams, shape: ListShape): readonly string[] {
	// A chooser without JavaScript sends the name once per column, links send one list.
	const asked = new Set(params.getAll('columns').flatMap((names) => names.split(',')));
	const chosen = shape.columns.filter((name) => asked.has(name));
	return chosen.length > 0 ? chosen : shape.defaultColumns;
}

const bare = (sort: string) => sort.replace(/^-/, '');

const clean = (value: string | null, longest: number) =>
	(value ?? '').replaceAll('\0', '').trim().slice(0, longest);
