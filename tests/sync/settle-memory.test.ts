import './support/seeded-ids.ts';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { liveFields, readValues } from '#lib/records/document.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import type { RecordPort, Replica } from '#lib/server/hub/port.ts';
import { newId } from '#lib/shared/ids.ts';
import { MemoryEngine } from './support/memory-engine.ts';
import { quietLog } from './support/people.ts';
import { play, unsound, type End, type Stage } from './support/simulation.ts';
import { company, deal, NOW, PEOPLE, STAGES, type Subject } from './support/world.ts';

const SEEDS = Number(process.env.SIM_SEEDS ?? 500);
const FIRST = Number(process.env.SIM_SEED ?? 1);

/** Nothing in memory asks the database. */
const ctx: Ctx = { db: undefined as never, actor: PEOPLE.ann, now: NOW, log: quietLog };

interface Played {
	readonly engine: MemoryEngine;
	readonly end: End;
	readonly breaches: readonly string[];
	readonly heard: { acks: number };
}

async function playInMemory(
	seed: number,
	subject: Subject,
	mutate: (stage: Stage) => Stage = (stage) => stage
): Promise<Played> {
	const id = newId();
	const engine = new MemoryEngine(subject.inMemory, ctx, subject.firstRow(id), subject.first);
	const breaches: string[] = [];
	const heard = { acks: 0 };
	const stage: Stage = {
		id,
		subject,
		port: engine.port,
		edit: async (actor, edits) => void (await engine.edit(actor, edits)),
		witness: {
			broadcast(update) {
				const isCommitted = Y.decodeUpdate(update).structs.every(
					({ id, length }) => id.clock + length <= Y.getState(engine.committed.store, id.client)
				);
				if (!isCommitted) breaches.push('I2: sent before it was committed');
			},
			acked(client, clock) {
				heard.acks++;
				const known = Y.getState(engine.committed.store, client.doc.clientID);
				if (known < clock) breaches.push('I1: acknowledged and not committed');
			}
		}
	};
	const end = await play(seed, mutate(stage));
	return { engine, end, heard, breaches: [...breaches, ...breachesAtEnd(subject, engine, end)] };
}

const liveOf = ({ serverKind: { kind } }: Subject, values: RecordValues) =>
	Object.fromEntries(liveFields(kind).map(([name]) => [name, values[name] ?? null]));

function breachesAtEnd(
	subject: Subject,
	{ stored, committed }: MemoryEngine,
	end: End
): readonly string[] {
	const breaches: string[] = [];
	const holds = (claim: string, what: () => void) => {
		try {
			what();
		} catch (error) {
			breaches.push(`${claim}: ${error instanceof Error ? error.message : String(error)}`);
		}
	};
	const live = liveOf(subject, stored.values);
	const { kind } = subject.serverKind;
	holds('I3', () => expect(readValues(committed, kind)).toEqual(live));
	holds('I4', () => {
		const revs = [...stored.log.keys()];
		if (revs.length > 0) expect(revs.at(-1)).toBe(stored.row.rev);
		expect(revs).toEqual(revs.map((_, i) => (revs[0] ?? 0) + i));
		expect(committed.store.pendingStructs ?? committed.store.pendingDs).toBeNull();
	});
	holds('I5', () => expect(unsound(subject, stored.values)).toEqual([]));
	holds('I5 stage', () => expect(stored.values.stage).not.toBe(STAGES.won));
	holds('I5 rights', () => {
		const carls = stored.changes.filter(
			({ actor, conflict }) => actor.id === PEOPLE.carl.id && !conflict
		);
		expect(carls.filter(({ field }) => !subject.steered.includes(field))).toEqual([]);
		expect(
			stored.changes.filter(
				({ actor }) => actor.id === PEOPLE.cleo.id && !mayWrite(subject, stored.changes)
			)
		).toEqual([]);
	});
	holds('I6', () => {
		for (const screen of end.screens) expect(screen).toEqual(live);
		for (const { doc } of end.clients) expect(doc.store.pendingStructs).toBeNull();
	});
	holds('I10', () => {
		expect([end.stranger.closed, end.stranger.doc.store.clients.size]).toEqual([4404, 0]);
	});
	holds('I11', () => expect(stored.made).toBeLessThanOrEqual(1));
	return breaches;
}

/** Somebody may have made Cleo a co-owner; then she may write. */
const mayWrite = (subject: Subject, changes: MemoryEngine['stored']['changes']) =>
	subject === deal &&
	changes.some(
		({ field, new: value }) =>
			field === 'coOwners' && Array.isArray(value) && value.includes(PEOPLE.cleo.id)
	);

describe('the engine in memory', () => {
	test(`[SYNC I1–I6, I9–I11] holds over ${SEEDS} scripts of several people, two hubs, bad lines and bad values`, async () => {
		const failed: string[] = [];
		let acks = 0;
		for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
			const subject = seed % 2 === 0 ? deal : company;
			try {
				const { breaches, heard } = await playInMemory(seed, subject);
				acks += heard.acks;
				failed.push(...breaches.map((breach) => `seed ${seed}: ${breach}`));
			} catch (error) {
				failed.push(`seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`);
			}
			if (failed.length > 3) break;
		}
		expect(failed.join('\n')).toBe('');
		expect(acks).toBeGreaterThan(SEEDS * 8);
	});

	const mutants: Readonly<Record<string, { subject?: Subject; mutate?: (stage: Stage) => Stage }>> =
		{
			'answers before it has committed': {
				mutate: (stage) => ({ ...stage, port: answeringEarly(stage.port) })
			},
			'goes on with a document whose commit failed': {
				mutate: (stage) => ({ ...stage, port: keepingDirty(stage.port) })
			},
			'does not take in what others committed': {
				mutate: (stage) => ({ ...stage, port: notCatchingUp(stage.port) })
			},
			'takes whatever it is sent': { subject: credulous(deal) },
			'lets everybody write everything': {
				subject: { ...deal, inMemory: { ...deal.inMemory, writable: () => 'all' } }
			}
		};

	test.for(Object.entries(mutants))('notices an engine that %s', async ([, mutant]) => {
		const breaches: string[] = [];
		for (let seed = 2; seed < 62 && breaches.length === 0; seed += 2) {
			const played = playInMemory(seed, mutant.subject ?? deal, mutant.mutate);
			breaches.push(
				...(await played.then(
					(one) => one.breaches,
					(error) => [String(error)]
				))
			);
		}
		expect(breaches).not.toEqual([]);
	});
});

/** Now and then says that it has committed, and then fails to. */
function answeringEarly(port: RecordPort): RecordPort {
	let count = 0;
	return {
		...port,
		async commit(kind, id, replica, inputs) {
			if (++count % 5 > 0) return port.commit(kind, id, replica, inputs);
			for (const { update } of inputs) Y.applyUpdate(replica.doc, update);
			const update = Y.mergeUpdates(inputs.map((input) => input.update));
			return { rev: replica.rev, update, results: inputs.map(() => ({ ok: true, notices: [] })) };
		}
	};
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
