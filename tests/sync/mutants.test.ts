import './support/seeded-ids.ts';
import { describe, expect, test, vi } from 'vitest';
import * as Y from 'yjs';
import { MESSAGE } from '#lib/records/wire.ts';
import { readFrame } from '#lib/server/hub/frames.ts';
import type { Peer, Wire } from '#lib/server/hub/peer.ts';
import type { RecordPort, Replica } from '#lib/server/hub/port.ts';
import type { applyAttempts } from '#lib/server/records/structs.ts';
import { settle } from '#lib/server/records/settle.ts';
import type { Line } from './support/line.ts';
import type { SimClient } from './support/sim-client.ts';
import { SimHub } from './support/sim-hub.ts';
import { simulate, type Mutant } from './support/simulate.ts';
import { deal, type Subject } from './support/world.ts';

// Engines with one planted mistake each. A simulator that lets one of them pass proves nothing.

const crdtOrder = vi.hoisted(() => ({ on: false }));

vi.mock('#lib/server/records/structs.ts', async (importOriginal) => {
	const original = await importOriginal<{ applyAttempts: typeof applyAttempts }>();
	const inCrdtOrder: typeof applyAttempts = (doc, ...rest) => {
		const applied = original.applyAttempts(doc, ...rest);
		if (!crdtOrder.on) return applied;
		const attempts = applied.attempts.map((attempt) => {
			const map = doc.getMap(attempt.root);
			const incoming = map.has(attempt.key) ? { value: map.get(attempt.key) } : null;
			return { ...attempt, incoming };
		});
		return { ...applied, attempts };
	};
	return { ...original, applyAttempts: inCrdtOrder };
});

/** Echoes a marker as it comes in, as most servers do. */
class YesHub extends SimHub {
	protected override receive(...[peer, frame, room]: Parameters<SimHub['receive']>): void {
		if (readFrame(frame)?.type === 'marker') peer.send(frame);
		super.receive(peer, frame, room);
	}
}

/** Passes every edit on to the others as it comes in, as most servers do. */
class HastyHub extends SimHub {
	readonly #peers = new Set<Peer>();

	protected override receive(...[peer, frame, room]: Parameters<SimHub['receive']>): void {
		this.#peers.add(peer);
		if (readFrame(frame)?.type === 'update' && frame[1] === 2) {
			for (const other of this.#peers) if (other !== peer && other.synced) other.send(frame);
		}
		super.receive(peer, frame, room);
	}
}

/** Gives before it asks. */
class GivingHub extends SimHub {
	protected override wire(line: Line, client: SimClient): Wire {
		const wire = super.wire(line, client);
		let question: Uint8Array | null = null;
		return {
			...wire,
			send: (frame) => {
				const isSync = frame[0] === MESSAGE.sync;
				if (isSync && frame[1] === 0) question = frame;
				else wire.send(frame);
				if (!isSync || frame[1] !== 1 || !question) return;
				wire.send(question);
				question = null;
			}
		};
	}
}

/** Hands out the same document again, whatever has become of it. */
function keepingDirty(port: RecordPort): RecordPort {
	let kept: Promise<Replica> | null = null;
	return {
		...port,
		open(kind, id) {
			kept ??= port.open(kind, id).then((replica) => {
				replica.doc.destroy = () => {};
				return replica;
			});
			return kept;
		}
	};
}

function notCatchingUp(port: RecordPort): RecordPort {
	return {
		...port,
		async commit(kind, id, replica, inputs) {
			replica.rev = (await port.revisions(kind, [id])).get(id) ?? replica.rev;
			return port.commit(kind, id, replica, inputs);
		}
	};
}

/** Leaves out an edit of which anything is wrong, and says that all is well. */
const dropping: typeof settle = (matter, inputs) => {
	const isGood = inputs.map((input) => {
		const doc = new Y.Doc();
		if (matter.doc) Y.applyUpdate(doc, Y.encodeStateAsUpdate(matter.doc));
		const [outcome] = settle({ ...matter, doc: matter.doc && doc }, [input]).outcomes;
		return outcome?.status !== 'taken' || !outcome.notices.some(({ type }) => type === 'rejected');
	});
	const settled = settle(
		matter,
		inputs.filter((_, index) => isGood[index])
	);
	const left = [...settled.outcomes];
	const outcomes = isGood.map((good) => {
		const outcome = good ? left.shift() : undefined;
		return outcome ?? { status: 'taken' as const, notices: [] };
	});
	return { ...settled, outcomes };
};

/** A kind whose fields have no opinion. */
function credulous(subject: Subject): Subject {
	const { kind } = subject.inMemory;
	const fields = Object.fromEntries(
		Object.entries(kind.fields).map(([name, field]) => [
			name,
			// Values of any type are the point.
			{ ...field, parse: (value: unknown) => ({ ok: true, value: value ?? null }) } as never
		])
	);
	return { ...subject, inMemory: { ...subject.inMemory, kind: { ...kind, fields } } };
}

/** What each one must be found out by, so that it does not die of something else. */
const mutants: Readonly<Record<string, Mutant & { readonly breach: RegExp }>> = {
	'acknowledges before it commits': { Hub: YesHub, breach: /^I1/ },
	'sends to others before it commits': { Hub: HastyHub, breach: /^I2/ },
	'goes on with a document whose commit failed': { port: keepingDirty, breach: /^I9/ },
	'answers a handshake before it has asked': { Hub: GivingHub, breach: /^handshake/ },
	'does not take in what others committed': { port: notCatchingUp, breach: /./ },
	'drops what is wrong instead of repairing it': { settle: dropping, breach: /^I1|^I7/ },
	'takes whatever it is sent': { subject: credulous(deal), breach: /^I5/ },
	'lets everybody write everything': {
		subject: { ...deal, inMemory: { ...deal.inMemory, writable: () => 'all' } },
		breach: /^I10/
	}
};

/** How many seeds it takes to find out; null when a hundred do not. */
async function seedsUntil(breach: RegExp, mutant: Mutant): Promise<number | null> {
	for (let seed = 1; seed <= 100; seed++) {
		const breaches = await simulate(seed, mutant).then(
			(played) => played.breaches,
			(error: unknown) => [String(error)]
		);
		if (breaches.some((one) => breach.test(one))) return seed;
	}
	return null;
}

describe('the simulator finds out, within a hundred seeds, an engine that', () => {
	test.for(Object.entries(mutants))('%s', async ([, { breach, ...mutant }]) => {
		expect(await seedsUntil(breach, mutant)).not.toBeNull();
	});

	test('lets the order of Yjs decide instead of the order of arrival', async () => {
		crdtOrder.on = true;
		const found = seedsUntil(/^SYNC-10/, {}).finally(() => (crdtOrder.on = false));
		expect(await found).not.toBeNull();
	});

	test('but not one without a mistake', async () => {
		expect(crdtOrder.on).toBe(false);
		for (let seed = 1; seed <= 10; seed++) expect((await simulate(seed)).breaches).toEqual([]);
	});
});
