import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { newId } from '#lib/shared/ids.ts';
import { Random } from '#tests/sync/support/random.ts';
import { keyOf, type RoomKey } from './neighbour.ts';
import { Neighbours } from './neighbours.ts';
import {
	readMessage,
	type Online,
	type RoomElsewhere,
	type SharedState
} from './neighbour-words.ts';

const BEAT = 2_000;
const log = { info() {}, warn() {}, error() {} };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** The channel between the processes of one test. */
class Channel {
	readonly processes = new Set<Process>();
	readonly payloads: string[] = [];

	async send(payloads: readonly string[]): Promise<void> {
		for (const payload of payloads) {
			this.payloads.push(payload);
			for (const process of this.processes) if (process.hears) process.neighbours.hear(payload);
		}
	}
}

/** A web process: who is at its pages, and what it has been told of others. */
class Process {
	readonly rooms = new Map<string, RoomElsewhere>();
	readonly online = new Map<string, Online>();
	/** Where others are, by record: what its sockets would be shown. */
	readonly seen = new Map<string, Map<number, string>>();
	readonly states = new Map<string, SharedState>();
	readonly neighbours: Neighbours;
	readonly #channel: Channel;
	hears = true;

	constructor(channel: Channel) {
		this.#channel = channel;
		this.neighbours = new Neighbours({
			log,
			beatMs: BEAT,
			coalesceMs: 100,
			send: async (payloads) => {
				if (channel.processes.has(this)) await channel.send(payloads);
			},
			own: () => ({ rooms: [...this.rooms.values()], online: [...this.online.values()] }),
			ears: {
				onRoom() {},
				onOnline() {},
				onStates: (_hub, room, states) => this.#see(room, states),
				onCompany: (room) => this.#share(room)
			}
		});
		channel.processes.add(this);
		this.neighbours.lineOpened();
	}

	open(room: RoomElsewhere): void {
		this.rooms.set(keyOf(room), room);
		this.neighbours.roomChanged(room);
	}

	close(room: RoomKey): void {
		this.rooms.delete(keyOf(room));
		this.states.delete(keyOf(room));
		this.neighbours.roomChanged(room);
	}

	move(room: RoomKey, state: SharedState): void {
		this.states.set(keyOf(room), state);
		this.#share(room);
	}

	signOn(person: Online): void {
		this.online.set(person.id, person);
		this.neighbours.onlineChanged();
	}

	signOff(id: string): void {
		this.online.delete(id);
		this.neighbours.onlineChanged();
	}

	/** kill -9: no word of farewell. */
	die(): void {
		this.#channel.processes.delete(this);
		this.hears = false;
		void this.neighbours.close();
	}

	knows() {
		const rooms = this.neighbours.rooms().map((key) => this.neighbours.room(key));
		const people = rooms.map((room) => `${room?.id}: ${namesOf(room?.people ?? [])}`);
		return { people: [...new Set(people)].sort(), online: namesOf(this.neighbours.online()) };
	}

	#share(room: RoomKey): void {
		const state = this.states.get(keyOf(room));
		if (state && this.rooms.has(keyOf(room))) this.neighbours.share(room, [state]);
	}

	#see(room: RoomKey, states: readonly SharedState[] | null): void {
		const seen = this.seen.get(keyOf(room)) ?? new Map<number, string>();
		this.seen.set(keyOf(room), states === null ? new Map() : seen);
		for (const { clientId, json } of states ?? []) seen.set(clientId, json);
	}
}

const namesOf = (people: readonly { readonly name: string }[]) =>
	people
		.map(({ name }) => name)
		.sort()
		.join(', ');

/** What somebody should know of all the others. */
function truthFor(process: Process, all: Iterable<Process>) {
	const others = [...all].filter((other) => other !== process);
	const rooms = Map.groupBy(
		others.flatMap((other) => [...other.rooms.values()]),
		({ id }) => id
	);
	const people = [...rooms].map(
		([id, open]) => `${id}: ${namesOf(open.flatMap((room) => room.people))}`
	);
	return {
		people: people.sort(),
		online: namesOf(others.flatMap((other) => [...other.online.values()]))
	};
}

const somebody = (name: string): Online => ({ id: newId(), name, departmentIds: ['hamburg'] });

const aRoom = (id: string, ...people: readonly Online[]): RoomElsewhere => ({
	kind: 'deal',
	id,
	topics: ['deal:department:hamburg'],
	people
});

const settle = (ms = 2 * BEAT) => vi.advanceTimersByTimeAsync(ms);

describe('web processes on one database', () => {
	test('a process that is alone says nothing but that it is here', async () => {
		const channel = new Channel();
		const alone = new Process(channel);
		await settle();
		channel.payloads.length = 0;
		alone.open(aRoom('a', somebody('Ann')));
		alone.signOn(somebody('Ann'));
		await settle();
		expect(channel.payloads.map((payload) => readMessage(payload)?.word.type)).toEqual([
			'here',
			'here'
		]);
	});

	test('tell each other who has which record open, and where in it, only where both have it open', async () => {
		const channel = new Channel();
		const [one, other] = [new Process(channel), new Process(channel)];
		await settle();
		one.open(aRoom('a', somebody('Ann')));
		one.move({ kind: 'deal', id: 'a' }, { clientId: 7, clock: 1, json: '{"field":"name"}' });
		await settle(200);
		expect(other.knows()).toEqual({ people: ['a: Ann'], online: '' });
		expect(channel.payloads.join()).not.toContain('awareness');
		other.open(aRoom('a', somebody('Bob')));
		await settle(400);
		expect(other.seen.get('deal/a')?.get(7)).toBe('{"field":"name"}');
		one.close({ kind: 'deal', id: 'a' });
		await settle(200);
		expect(other.knows().people).toEqual([]);
		expect(other.seen.get('deal/a')?.size).toBe(0);
	});

	test('a process that dies is gone from the others within eight seconds, one that stops at once', async () => {
		const channel = new Channel();
		const [one, dying, stopping] = [
			new Process(channel),
			new Process(channel),
			new Process(channel)
		];
		await settle();
		dying.signOn(somebody('Ann'));
		stopping.signOn(somebody('Bob'));
		await settle(200);
		expect(one.knows().online).toBe('Ann, Bob');
		dying.die();
		await stopping.neighbours.close();
		await settle(50);
		expect(one.knows().online).toBe('Ann');
		await settle(8_000);
		expect(one.knows().online).toBe('');
	});

	test('whatever was missed, killed and restarted: in the end everybody knows the truth (300 seeds)', async () => {
		for (let seed = 1; seed <= 300; seed++) {
			const random = new Random(seed);
			const channel = new Channel();
			for (let i = 0; i < 3; i++) new Process(channel);
			for (let step = 0; step < 40; step++) {
				const process = [...channel.processes][random.below(channel.processes.size)];
				if (process) act(random, process, channel);
				if (random.chance(0.5)) await vi.advanceTimersByTimeAsync(random.below(400));
			}
			for (const process of channel.processes) reopen(process);
			await settle(5 * BEAT);
			for (const process of channel.processes) {
				expect({ seed, ...process.knows() }).toEqual({
					seed,
					...truthFor(process, channel.processes)
				});
			}
			for (const process of channel.processes) process.die();
		}
	});
});

function reopen(process: Process): void {
	if (process.hears) return;
	process.hears = true;
	process.neighbours.lineOpened();
}

function act(random: Random, process: Process, channel: Channel): void {
	const id = `room-${random.below(4)}`;
	const what = random.below(8);
	if (what < 2) process.open(aRoom(id, somebody(`P${random.below(9)}`)));
	else if (what === 2) process.close({ kind: 'deal', id });
	else if (what === 3)
		process.signOn({ ...somebody('x'), id: `u${random.below(5)}`, name: `U${random.below(5)}` });
	else if (what === 4) process.signOff(`u${random.below(5)}`);
	else if (what === 5) process.hears = false;
	else if (what === 6) reopen(process);
	else if (random.chance(0.3)) {
		process.die();
		new Process(channel);
	}
}

describe('what is sent', () => {
	test('fits into a notification whatever people are called and however many there are', async () => {
		const channel = new Channel();
		const [one, other] = [new Process(channel), new Process(channel)];
		await settle();
		const crowd = Array.from({ length: 400 }, (_, i) => somebody(`${'漢"字'.repeat(40)}${i}`));
		for (const person of crowd) one.signOn(person);
		one.open({
			...aRoom('a', ...crowd),
			topics: crowd.map(({ id }) => `deal:user:${id}`)
		});
		other.open(aRoom('a'));
		await settle(400);
		const wide = { clientId: 1, clock: 1, json: JSON.stringify({ text: '漢'.repeat(600) }) };
		const tooWide = { clientId: 2, clock: 1, json: JSON.stringify({ text: '漢'.repeat(4000) }) };
		one.neighbours.share({ kind: 'deal', id: 'a' }, [wide, tooWide]);
		await settle(400);
		expect(Math.max(...channel.payloads.map((text) => Buffer.byteLength(text)))).toBeLessThan(
			8_000
		);
		expect(other.neighbours.online()).toHaveLength(400);
		expect(other.knows().people).toHaveLength(1);
		expect([...(other.seen.get('deal/a')?.keys() ?? [])]).toEqual([1]);
	});

	test('by somebody else on this channel is ignored', () => {
		const process = new Process(new Channel());
		for (const payload of ['', 'null', '{}', '{"hub":"x","number":1,"word":{"type":"rooms"}}']) {
			process.neighbours.hear(payload);
		}
		expect(process.knows()).toEqual({ people: [], online: '' });
	});
});
