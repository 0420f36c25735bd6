import { afterEach, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { CLOSE, LIMITS } from '#lib/records/wire.ts';
import { seenFrame, step2Frame, updateFrame } from '#lib/server/hub/frames.ts';
import { Unavailable } from '#lib/server/hub/port.ts';
import { Room, type RoomDeps } from '#lib/server/hub/room.ts';
import { MemoryClient } from './support/memory-client.ts';
import { MemoryPort } from './support/memory-port.ts';
import { aSalesperson, quietLog } from './support/people.ts';

const ann = aSalesperson('Ann Becker');
const bob = aSalesperson('Bob Okafor');
const open: Room[] = [];

function aRoom(port: MemoryPort, deps: Partial<RoomDeps> = {}): Room {
	const people = new Map([ann, bob].map((actor) => [actor.id, actor]));
	const room = new Room('deal', '01900000-0000-7000-8000-000000000001', {
		port,
		log: quietLog,
		settings: { idleMs: 20, awarenessMs: 1, retryMs: 1 },
		actorOf: async (cookie) => people.get(cookie ?? '') ?? null,
		onPeople() {},
		onUnload() {},
		...deps
	});
	open.push(room);
	return room;
}

afterEach(() => {
	for (const room of open.splice(0)) room.closeAll(CLOSE.restart, 'test over');
});

/** A port whose next commits wait until they are let through. */
function held(port: MemoryPort) {
	let release = () => {};
	const gate = new Promise<void>((resolve) => {
		release = resolve;
	});
	port.beforeCommit = () => gate;
	return release;
}

const aMoment = (ms = 10) => new Promise((resolve) => setTimeout(resolve, ms));

describe('handshake', () => {
	test('the hub asks for the missing edits before it gives its own', async () => {
		const room = aRoom(new MemoryPort());
		const client = new MemoryClient(room, ann);
		await room.drained();
		expect(client.heard.filter((word) => word !== 'update')).toEqual(['step1', 'step2']);
		expect(client.notices).toEqual([{ type: 'welcome', epoch: 1, mayWrite: true }]);
	});

	test('edits made while away arrive with the handshake and reach the others', async () => {
		const room = aRoom(new MemoryPort());
		const first = new MemoryClient(room, ann);
		first.set('name', 'Harbour crane');
		await room.drained();
		const second = new MemoryClient(room, bob);
		await room.drained();
		expect(second.fields).toEqual({ name: 'Harbour crane' });
		expect(first.fields).toEqual(second.fields);
	});

	test('what is typed while coming back does not overtake what was typed while away', async () => {
		const port = new MemoryPort();
		const room = aRoom(port);
		const client = new MemoryClient(room, ann);
		client.doc.transact(() => client.doc.getMap('f').set('name', 'In a tunnel'), client);
		client.set('nextStep', 'Out of it');
		// Another letter keeps the two from being committed together by luck.
		room.committed(null, 'unknown');
		await room.drained();
		expect(client.closed).toBeNull();
		expect(client.acked).toBe(1);
		expect(port.committed.getMap('f').toJSON()).toEqual({
			name: 'In a tunnel',
			nextStep: 'Out of it'
		});
	});

	test('a client of another epoch is sent away with 4409, one too old with 4426', async () => {
		const port = new MemoryPort();
		port.epoch = 3;
		const room = aRoom(port);
		const stale = new MemoryClient(room, ann, { epoch: 2 });
		const right = new MemoryClient(room, ann, { epoch: 3 });
		const old = new MemoryClient(room, ann, { version: -1 });
		await room.drained();
		expect([stale.closed, right.closed, old.closed]).toEqual([4409, null, 4426]);
	});

	test('a record that one may not see does not exist', async () => {
		const port = new MemoryPort();
		port.may = 'none';
		const room = aRoom(port);
		const client = new MemoryClient(room, ann);
		await room.drained();
		expect(client.closed).toBe(4404);
		expect(client.heard).toEqual([]);
	});
});

describe('commit', () => {
	test('[SYNC I1, I2] nobody hears of an edit, and its author has no word for it, before COMMIT', async () => {
		const port = new MemoryPort();
		const room = aRoom(port);
		const author = new MemoryClient(room, ann);
		const other = new MemoryClient(room, bob);
		await room.drained();
		const commit = held(port);
		author.set('name', 'Harbour crane');
		const late = new MemoryClient(room, bob);
		await aMoment();
		expect(author.acked).toBe(0);
		expect(other.fields).toEqual({});
		expect(late.heard).toEqual([]);
		commit();
		await room.drained();
		expect(author.acked).toBe(1);
		expect(other.fields).toEqual({ name: 'Harbour crane' });
		expect(late.fields).toEqual({ name: 'Harbour crane' });
		expect(author.heard.slice(-2)).toEqual(['update', 'ack 1']);
	});

	test('updates that wait together are committed together', async () => {
		const port = new MemoryPort();
		const room = aRoom(port);
		const author = new MemoryClient(room, ann);
		const other = new MemoryClient(room, bob);
		await room.drained();
		port.batches.length = 0;
		const commit = held(port);
		author.set('name', 'a');
		await aMoment(1);
		for (let i = 0; i < 5; i++) author.set('name', `crane ${i}`);
		for (let i = 0; i < 5; i++) other.set('nextStep', `call ${i}`);
		commit();
		await room.drained();
		expect(port.batches).toEqual([1, 10]);
		expect([author.acked, other.acked]).toEqual([6, 5]);
		expect(author.fields).toEqual(port.committed.getMap('f').toJSON());
	});

	test('[SYNC-31] what somebody saw when he began to write goes with his next update, once', async () => {
		const port = new MemoryPort();
		const room = aRoom(port);
		const client = new MemoryClient(room, ann);
		await room.drained();
		const seen: unknown[] = [];
		port.beforeCommit = async (inputs) => void seen.push(...inputs.map((input) => input.seen));
		client.send(seenFrame({ field: 'name', value: 'Crane' }));
		client.set('name', 'Lift');
		client.set('name', 'Winch');
		await room.drained();
		expect(seen).toEqual([{ name: 'Crane' }, undefined]);
		client.send(seenFrame({ field: 'x'.repeat(100), value: null }));
		expect(client.closed).toBe(4400);
	});

	test('a marker alone is answered, and never before the updates it stands for', async () => {
		const port = new MemoryPort();
		const room = aRoom(port);
		const client = new MemoryClient(room, ann);
		client.mark();
		await room.drained();
		expect(client.acked).toBe(1);
	});

	test('[SYNC I9] a document whose commit failed is never used again', async () => {
		const port = new MemoryPort();
		const room = aRoom(port);
		const author = new MemoryClient(room, ann);
		await room.drained();
		let failures = 2;
		port.beforeCommit = async () => {
			if (failures-- > 0) throw new Unavailable('deadlock');
		};
		author.set('name', 'Harbour crane');
		await room.drained();
		expect(port.opened).toBe(3);
		expect(author.acked).toBe(1);
		expect(port.log).toHaveLength(1);
	});

	test('an unavailable database closes with 4503 and acknowledges nothing', async () => {
		const port = new MemoryPort();
		const room = aRoom(port);
		const author = new MemoryClient(room, ann);
		await room.drained();
		port.beforeCommit = async () => {
			throw new Unavailable('connection lost');
		};
		author.set('name', 'Harbour crane');
		await room.drained();
		expect(author.closed).toBe(4503);
		expect(author.acked).toBe(0);
		expect(port.log).toEqual([]);
	});

	test('only the guilty edit of a batch is set aside; the rest is saved and the room goes on', async () => {
		const port = new MemoryPort();
		const room = aRoom(port);
		const [good, bad] = [new MemoryClient(room, ann), new MemoryClient(room, bob)];
		await room.drained();
		port.beforeCommit = async (inputs) => {
			if (inputs.some(({ actor }) => actor.id === bob.id)) throw new Error('check violated');
		};
		good.set('name', 'Harbour crane');
		good.set('name', 'Harbour crane 2');
		bad.set('nextStep', '\u0000');
		good.set('nextStep', 'Call');
		await room.drained();
		expect(bad.closed).toBe(4400);
		expect(bad.acked).toBe(0);
		expect(port.setAsides).toHaveLength(1);
		expect(good.closed).toBeNull();
		expect(good.acked).toBe(3);
		expect(port.committed.getMap('f').toJSON()).toEqual({
			name: 'Harbour crane 2',
			nextStep: 'Call'
		});
	});
});

describe('limits', () => {
	test('a frame that is no frame closes with 4400, a huge one with 4413', async () => {
		const room = aRoom(new MemoryPort());
		const clients = [0, 1, 2, 3].map(() => new MemoryClient(room, ann));
		await room.drained();
		clients[0]?.send(Uint8Array.of(77, 1, 2));
		clients[1]?.send(Uint8Array.of(0, 2, 200));
		clients[2]?.send(updateFrame(new Uint8Array(LIMITS.updateBytes + 1)));
		clients[3]?.send(new Uint8Array(LIMITS.frameBytes + 1));
		expect(clients.map(({ closed }) => closed)).toEqual([4400, 4400, 4413, 4413]);
	});

	test('who types while he waits at the door is let in, however long that takes', async () => {
		const port = new MemoryPort();
		const { promise, resolve: letIn } = Promise.withResolvers<void>();
		const open = port.open.bind(port);
		port.open = async (...asked) => {
			await promise;
			return open(...asked);
		};
		const room = aRoom(port);
		const client = new MemoryClient(room, ann);
		for (let i = 0; i < 200; i++) client.set('name', `crane ${i}`);
		letIn();
		await room.drained();
		expect(client.closed).toBe(null);
		const late = new MemoryClient(room, bob);
		await room.drained();
		expect(late.fields).toMatchObject({ name: 'crane 199' });
	});

	test('who sends too much is told to slow down, and may come back', async () => {
		const room = aRoom(new MemoryPort());
		const client = new MemoryClient(room, ann);
		await room.drained();
		for (let i = 0; i < 200; i++) client.set('name', `crane ${i}`);
		await room.drained();
		expect(client.closed).toBe(4529);
		const again = new MemoryClient(room, ann);
		Y.applyUpdate(again.doc, Y.encodeStateAsUpdate(client.doc));
		await room.drained();
		expect(again.fields['name']).toBe('crane 199');
	});

	test('what a reader writes is ignored, and he is told; his marker is never answered', async () => {
		const port = new MemoryPort();
		port.may = 'read';
		const room = aRoom(port);
		const reader = new MemoryClient(room, ann);
		await room.drained();
		reader.set('name', 'Mine');
		await room.drained();
		expect(port.log).toEqual([]);
		expect(reader.acked).toBe(0);
		expect(reader.notices).toContainEqual({ type: 'read-only' });
		expect(port.refused).toEqual([{ actor: ann.id, reason: 'rejected', updates: 1 }]);
	});

	test('[SYNC-30] what a reader wrote is kept before he is told to throw it away', async () => {
		const port = new MemoryPort();
		port.may = 'read';
		const room = aRoom(port);
		const reader = new MemoryClient(room, ann);
		await room.drained();
		port.beforeKeeping = async () => {
			throw new Unavailable('connection lost');
		};
		reader.set('name', 'Mine');
		await room.drained();
		expect(reader.closed).toBe(4503);
		expect(reader.notices).not.toContainEqual({ type: 'read-only' });
	});

	test('a reader who comes back with what everybody has is not taken for a writer', async () => {
		const port = new MemoryPort();
		port.commitElsewhere((doc) => {
			for (const name of ['One', 'Two']) doc.getMap('f').set('name', name);
		});
		port.may = 'read';
		const room = aRoom(port);
		const reader = new MemoryClient(room, ann);
		await room.drained();
		// The answer to a handshake repeats every deletion there ever was.
		reader.send(step2Frame(Y.encodeStateAsUpdate(reader.doc)));
		await room.drained();
		expect(reader.notices).toEqual([{ type: 'welcome', epoch: 1, mayWrite: false }]);
		expect(port.refused).toEqual([]);
	});
});

describe('others', () => {
	test('what another process commits reaches every open tab', async () => {
		const port = new MemoryPort();
		const room = aRoom(port);
		const client = new MemoryClient(room, ann);
		await room.drained();
		port.commitElsewhere((doc) => doc.getMap('f').set('name', 'From a form'));
		room.committed(null, 'unknown');
		room.committed(null, 'unknown');
		await room.drained();
		expect(client.fields).toEqual({ name: 'From a form' });
	});

	test('however many commits elsewhere are told, the room looks once and what people write is not held up', async () => {
		const port = new MemoryPort();
		const room = aRoom(port);
		const client = new MemoryClient(room, ann);
		await room.drained();
		const release = held(port);
		client.set('name', 'Harbour crane');
		await aMoment();
		let looks = 0;
		const look = port.catchUp.bind(port);
		port.catchUp = (...asked) => {
			looks++;
			return look(...asked);
		};
		for (let commit = 0; commit < 50; commit++) room.committed(null, 'unknown');
		client.set('nextStep', 'Call the harbour');
		release();
		await room.drained();
		expect(looks).toBe(1);
		expect(client.fields).toMatchObject({ nextStep: 'Call the harbour' });
	});

	test('a document that nobody needed for a while is let go, and loaded again for whoever writes', async () => {
		const port = new MemoryPort();
		const settings = { idleMs: 1_000, quietMs: 5, awarenessMs: 1, retryMs: 1 };
		const room = aRoom(port, { settings });
		const [first, second] = [new MemoryClient(room, ann), new MemoryClient(room, bob)];
		await room.drained();
		await aMoment(20);
		room.rest();
		await room.drained();
		port.commitElsewhere((doc) => doc.getMap('f').set('amount', '5'));
		first.set('name', 'Harbour crane');
		await room.drained();
		expect(port.opened).toBe(2);
		expect(second.fields).toEqual({ name: 'Harbour crane', amount: '5' });
	});

	test('a commit elsewhere in the middle of ours is neither lost nor doubled', async () => {
		const port = new MemoryPort();
		const room = aRoom(port);
		const client = new MemoryClient(room, ann);
		await room.drained();
		port.commitElsewhere((doc) => doc.getMap('f').set('nextStep', 'From a form'));
		client.set('name', 'Mine');
		await room.drained();
		expect(client.fields).toEqual({ name: 'Mine', nextStep: 'From a form' });
	});

	test('trash closes with 4404, a lost right with 4403, an ended session with 4401', async () => {
		const port = new MemoryPort();
		let session = true;
		const room = aRoom(port, { actorOf: async () => (session ? ann : null) });
		const dismissed = async (change: () => void) => {
			const client = new MemoryClient(room, ann);
			await room.drained();
			change();
			await room.drained();
			return client.closed;
		};
		expect(
			await dismissed(() => {
				port.may = 'none';
				room.recheck(ann.id);
			})
		).toBe(4403);
		port.may = 'write';
		expect(
			await dismissed(() => {
				session = false;
				room.recheck(ann.id);
			})
		).toBe(4401);
		session = true;
		expect(
			await dismissed(() => {
				port.gone = true;
				room.committed(null, 'unknown');
			})
		).toBe(4404);
	});

	test('[SYNC-20] what was on its way to a record that is gone is kept for its author', async () => {
		const port = new MemoryPort();
		const room = aRoom(port);
		const [first, second] = [new MemoryClient(room, ann), new MemoryClient(room, bob)];
		await room.drained();
		const commit = held(port);
		first.set('name', 'Before the trash');
		await aMoment(1);
		port.gone = true;
		room.committed(null, 'unknown');
		second.set('name', 'After the trash');
		commit();
		await room.drained();
		expect([first.closed, second.closed]).toEqual([4404, 4404]);
		expect([first.acked, second.acked]).toEqual([1, 0]);
		expect(port.refused).toEqual([{ actor: bob.id, reason: 'closed', updates: 1 }]);
	});

	test('[SYNC-32] what was on its way when a right was lost is kept, and nothing of it is written', async () => {
		const port = new MemoryPort();
		const room = aRoom(port);
		const client = new MemoryClient(room, ann);
		await room.drained();
		port.may = 'none';
		room.recheck(ann.id);
		client.set('name', 'Too late');
		await room.drained();
		expect(client.closed).toBe(4403);
		expect(port.log).toEqual([]);
		expect(port.refused).toEqual([{ actor: ann.id, reason: 'closed', updates: 1 }]);
	});

	test('a room without people is compacted and forgotten', async () => {
		const port = new MemoryPort();
		let unloaded = 0;
		const room = aRoom(port, { onUnload: () => unloaded++ });
		const client = new MemoryClient(room, ann);
		await room.drained();
		client.hangUp();
		await aMoment(60);
		expect([unloaded, port.compacted]).toEqual([1, 1]);
	});
});

describe('presence', () => {
	test('a person speaks only for himself, and under his own name', async () => {
		const room = aRoom(new MemoryPort());
		const [first, second] = [new MemoryClient(room, ann), new MemoryClient(room, bob)];
		await room.drained();
		first.present(11, 1, { field: 'name', user: { id: bob.id, name: 'Bob Okafor' } });
		second.present(22, 1, { field: null });
		second.present(11, 9, { field: 'amount' });
		await aMoment();
		const seen = second.people.get(11);
		expect(seen).toMatchObject({ field: 'name', user: { id: ann.id, name: 'Ann Becker' } });
		first.hangUp();
		await aMoment();
		expect([...second.people.keys()]).toEqual([22]);
	});

	test('the same person comes back under the same id', async () => {
		const room = aRoom(new MemoryPort());
		const first = new MemoryClient(room, ann);
		await room.drained();
		first.present(11, 1, { field: 'name' });
		const again = new MemoryClient(room, ann);
		await room.drained();
		again.present(11, 2, { field: 'amount' });
		first.hangUp();
		await aMoment();
		expect(again.people.get(11)).toMatchObject({ field: 'amount' });
	});
});
