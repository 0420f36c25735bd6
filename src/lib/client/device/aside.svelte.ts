import { z } from 'zod';
import type { FieldValue } from '#lib/records/values.ts';
import { newId } from '#lib/shared/ids.ts';
import { DeviceList, type OpenLists } from './database.ts';
import type { Tabs } from './tabs.ts';

/** Why something typed did not go into its record. */
export const WHY = [
	'no-access',
	'gone',
	'read-only',
	'malformed',
	'too-large',
	'other-document'
] as const;
export type Why = (typeof WHY)[number];

// What a field held: written by this program, and only shown and handed on.
const value = z.custom<FieldValue>((input) => input !== undefined);

const SetAside = z.object({
	id: z.string(),
	at: z.number(),
	kind: z.string(),
	recordId: z.string(),
	title: z.string(),
	why: z.enum(WHY),
	changes: z.array(z.object({ field: z.string(), mine: value, base: value }))
});
export type SetAside = z.infer<typeof SetAside>;

/** What was typed here and not accepted; stays readable until its author throws it away. */
export class Aside {
	readonly #list: DeviceList<SetAside>;
	readonly #tabs: Tabs;
	#rows = $state.raw<readonly SetAside[]>([]);

	constructor(database: OpenLists, tabs: Tabs) {
		this.#tabs = tabs;
		this.#list = new DeviceList(database, 'aside', SetAside, ({ id }) => id);
		tabs.hear('aside', () => void this.reload());
	}

	/** Newest first. */
	get all(): readonly SetAside[] {
		return this.#rows;
	}

	async reload(): Promise<void> {
		this.#rows = (await this.#list.all()).toSorted((a, b) => b.at - a.at);
	}

	/** Resolves when it is on the disk. */
	async put(what: Omit<SetAside, 'id' | 'at'>): Promise<SetAside> {
		const row = { ...what, id: newId(), at: Date.now() };
		await this.#list.put(row);
		await this.#changed();
		return row;
	}

	async discard(id: string): Promise<void> {
		await this.#list.remove(id);
		await this.#changed();
	}

	async #changed(): Promise<void> {
		this.#tabs.tell('aside');
		await this.reload();
	}
}
