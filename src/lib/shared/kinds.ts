/**
 * Every kind of record and where its pages are, in the order in which people see them: the one list
 * that server, client and rights share. What a kind is made of is declared in its feature.
 */
export const KINDS = {
	request: { path: '/requests' },
	deal: { path: '/deals' },
	lead: { path: '/leads' },
	company: { path: '/companies' },
	contact: { path: '/contacts' },
	task: { path: '/tasks' },
	project: { path: '/projects' },
	product: { path: '/products' }
} as const satisfies Readonly<Record<string, { readonly path: string }>>;

export type KindName = keyof typeof KINDS;

// Object.keys forgets what it was given.
export const KIND_NAMES = Object.keys(KINDS) as readonly KindName[];

export const isKind = (name: unknown): name is KindName =>
	typeof name === 'string' && Object.hasOwn(KINDS, name);

/** Rows that are no records and yet told to whoever may see them, by the same scopes. */
export const ROW_NOUNS = ['payment', 'shipment'] as const;
export type RowNoun = (typeof ROW_NOUNS)[number];

/** Address of a record's page. */
export const addressOf = (kind: KindName, id: string) => `${KINDS[kind].path}/${id}`;

/** One answer for each kind. */
export const byKind = <Answer>(answer: (kind: KindName) => Answer) =>
	// Made from exactly these keys.
	Object.fromEntries(KIND_NAMES.map((kind) => [kind, answer(kind)])) as Record<KindName, Answer>;
