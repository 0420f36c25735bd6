import { z } from 'zod';
import type { KindName } from '#lib/records/kind.ts';

/** A person as one web process names him to another; what is shown of him follows from that. */
export interface Somebody {
	readonly id: string;
	readonly name: string;
}

/** A record that a web process has open, for whom its row is, and who of its people lets himself be seen. */
export interface RoomElsewhere {
	readonly kind: KindName;
	readonly id: string;
	readonly topics: readonly string[];
	readonly people: readonly Somebody[];
}

/** Somebody whose page is open in a web process. */
export interface Online extends Somebody {
	readonly departmentIds: readonly string[];
}

/** An awareness state as the sockets of the room were sent it. */
export interface SharedState {
	readonly clientId: number;
	readonly clock: number;
	/** "null" once it is gone. */
	readonly json: string;
}

const somebody = { id: z.string(), name: z.string() };

const word = z.discriminatedUnion('type', [
	/** Still alive, and this is how much has been said. */
	z.object({ type: z.literal('here') }),
	/** Who is there, and with whom? */
	z.object({ type: z.literal('ask') }),
	/** All that there is to say follows, */
	z.object({ type: z.literal('anew') }),
	/** and whatever was said before and not now is not so any more. */
	z.object({ type: z.literal('all') }),
	z.object({ type: z.literal('bye') }),
	z.object({
		type: z.literal('rooms'),
		rooms: z.array(
			z.object({
				kind: z.string(),
				id: z.string(),
				topics: z.array(z.string()),
				people: z.array(z.object(somebody))
			})
		)
	}),
	z.object({
		type: z.literal('left'),
		rooms: z.array(z.object({ kind: z.string(), id: z.string() }))
	}),
	z.object({
		type: z.literal('online'),
		people: z.array(z.object({ ...somebody, departmentIds: z.array(z.string()) }))
	}),
	z.object({ type: z.literal('offline'), people: z.array(z.object({ id: z.string() })) }),
	z.object({
		type: z.literal('awareness'),
		kind: z.string(),
		id: z.string(),
		states: z.array(z.object({ clientId: z.number(), clock: z.number(), json: z.string() }))
	})
]);

export type Word = z.infer<typeof word>;

const message = z.object({
	hub: z.string(),
	/** How many words of this hub count; one that is missed shows. */
	number: z.number(),
	word
});

export type Message = z.infer<typeof message>;

/** What a payload says; null when it is not one of ours. */
export function readMessage(payload: string): Message | null {
	try {
		return message.safeParse(JSON.parse(payload)).data ?? null;
	} catch {
		return null; // anybody may NOTIFY
	}
}

/** Postgres takes less than 8,000 bytes; the rest is for the envelope. */
const WORD_BYTES = 7_700;

/**
 * Puts items into as few words as their size allows. What is too large for one alone is left out: that
 * somebody is not seen elsewhere is better than an error.
 */
export function inWords<Item>(
	items: readonly Item[],
	say: (items: Item[]) => Word
): readonly Word[] {
	const room = WORD_BYTES - Buffer.byteLength(JSON.stringify(say([])));
	const words: Item[][] = [];
	let left = 0;
	for (const item of items) {
		const size = Buffer.byteLength(JSON.stringify(item)) + 1;
		if (size > room) continue;
		if (size > left) {
			words.push([]);
			left = room;
		}
		words.at(-1)?.push(item);
		left -= size;
	}
	return words.map(say);
}

const MOST_TOPICS = 60;
/** For names of one record; beyond these, one name more says nothing. */
const NAMES_BYTES = 3_500;
const NAME_LENGTH = 60;

export const roomWords = (rooms: readonly RoomElsewhere[]): readonly Word[] =>
	inWords(rooms.map(brief), (some) => ({ type: 'rooms', rooms: some }));

const brief = ({ kind, id, topics, people }: RoomElsewhere) => ({
	kind,
	id,
	topics: topics.slice(0, MOST_TOPICS),
	people: within(NAMES_BYTES, people.map(briefly))
});

function within<Item>(bytes: number, items: readonly Item[]): Item[] {
	let left = bytes;
	return items.filter((item) => (left -= Buffer.byteLength(JSON.stringify(item))) >= 0);
}

const briefly = ({ id, name }: Somebody) => ({ id, name: name.slice(0, NAME_LENGTH) });

export const onlineWords = (people: readonly Online[]): readonly Word[] =>
	inWords(
		people.map(({ departmentIds, ...person }) => ({
			...briefly(person),
			departmentIds: [...departmentIds]
		})),
		(some) => ({ type: 'online', people: some })
	);
