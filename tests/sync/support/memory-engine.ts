import * as Y from 'yjs';
import { defineRoots, emptyOf, readValues, writeValues } from '#lib/records/document.ts';
import type { Edit, RecordValues } from '#lib/records/values.ts';
import { CLOSE, type Notice } from '#lib/records/wire.ts';
import { NotFound } from '#lib/server/errors.ts';
import {
	Unavailable,
	type CatchUp,
	type RecordPort,
	type Replica as HubReplica,
	type RoomCommit,
	type RoomInput
} from '#lib/server/hub/port.ts';
import { gatherFacts } from '#lib/server/records/facts.ts';
import type { Row, ServerKind } from '#lib/server/records/kind.ts';
import { decode, newClients } from '#lib/server/records/structs.ts';
import { rowColumns } from '#lib/server/records/project.ts';
import {
	NO_UPDATE,
	OutdatedReplica,
	takeIn,
	type News,
	type Replica
} from '#lib/server/records/replica.ts';
import { settle } from '#lib/server/records/settle.ts';
import type { Change, Input, Outcome, Verdict } from '#lib/server/records/settlement.ts';
import { noticeOf } from '#lib/server/records/verdicts.ts';
import type { Actor } from '#lib/shared/actor.ts';
import { MemoryTransactions, type Pace } from './memory-transactions.ts';
import { quietLog } from './people.ts';
import type { SimProcess } from './virtual-clock.ts';

/** What Postgres would hold of one record. */
export interface Stored {
	readonly row: Row;
	readonly values: RecordValues;
	/** Null until somebody opens the record live. */
	readonly head: {
		readonly epoch: number;
		readonly snapshotRev: number;
		readonly snapshot: Uint8Array;
	} | null;
	/** By revision, dense. */
	readonly log: ReadonlyMap<number, Uint8Array>;
	readonly clients: ReadonlyMap<number, string>;
	readonly changes: readonly (Change & { readonly rev: number })[];
	readonly keys: ReadonlyMap<string, Outcome | undefined>;
}

/** One commit, as the checks see it. */
export interface Seen {
	readonly before: Stored;
	readonly after: Stored;
	readonly inputs: readonly Input[];
	/** Updates as they came, null for operations; in the order of `inputs`. */
	readonly sent: readonly (Uint8Array | null)[];
	readonly outcomes: readonly Outcome[];
	/** What was added to the log. */
	readonly update: Uint8Array | null;
	readonly key: string | null;
}

export interface EngineOptions {
	readonly serverKind: ServerKind;
	readonly row: Row;
	readonly first: RecordValues;
	readonly pace: Pace;
	/** The time as the process that asks believes it to be. */
	now(process: SimProcess): Date;
	seen(commit: Seen): void;
	/** The engine was misused or has broken a rule of its own. */
	breach(claim: string): void;
	/** When the log becomes a snapshot, and how much of it is kept. */
	readonly log?: { readonly revs: number; readonly kept: number };
	/** Tests put mutants here. */
	readonly settle?: typeof settle;
}

/** Less than the engine keeps, so that slow hubs come too late for the log now and then. */
const SHORT = { revs: 25, kept: 6 };

/** A name that the database refuses by a constraint nobody's parser knows of. */
export const POISON = 'POISON';

/** What only the shortcuts of Postgres need. */
const UNKNOWN = { row: null, whole: {}, undisturbed: 0, sittings: new Map() };

/** The record engine with `settle` as it is, and memory with transactions in place of Postgres. */
export class MemoryEngine {
	stored: Stored;
	readonly setAsides: { readonly update: Uint8Array; readonly actor: Actor }[] = [];
	/** What is committed, kept up to date; nobody but the checks looks at it. */
	committed: Y.Doc;
	/** What was committed to the documents of earlier epochs. */
	readonly outdated: Y.Doc[] = [];
	/** How often a document was made, by epoch. */
	readonly made = new Map<number, number>();
	readonly #options: EngineOptions;
	readonly #transactions: MemoryTransactions;
	readonly #dirty = new WeakSet<HubReplica>();

	constructor(options: EngineOptions) {
		this.#options = options;
		this.#transactions = new MemoryTransactions(options.pace);
		const { kind } = options.serverKind;
		const values = Object.fromEntries(
			Object.entries(kind.fields).map(([name, field]) => [
				name,
				options.first[name] ?? emptyOf(field)
			])
		);
		this.committed = this.#freshDoc();
		this.stored = {
			...{ row: options.row, values, head: null, log: new Map(), clients: new Map() },
			...{ changes: [], keys: new Map() }
		};
	}

	/** The engine as the rooms of one process use it. */
	portOf(process: SimProcess): RecordPort {
		return {
			open: () => this.#open(process),
			access: (_kind, _id, actor) => this.#read(process, () => this.#access(actor)),
			commit: (_kind, _id, replica, inputs) => this.#commitInputs(process, replica, inputs),
			catchUp: (_kind, _id, replica) => this.#read(process, () => this.#catchUp(replica)),
			revisions: (_kind, ids) =>
				this.#read(process, () => {
					const { row } = this.stored;
					return new Map(row.deletedAt ? [] : ids.map((id) => [id, row.rev]));
				}),
			compact: () => this.#compact(process),
			keepRefused: () => this.#read(process, () => {}),
			setAside: (_kind, _id, { update, actor }) =>
				this.#read(process, () => void this.setAsides.push({ update, actor }))
		};
	}

	/** What a form, a job or the API does, past every room; the same key has one effect. */
	edit(
		process: SimProcess,
		actor: Actor,
		edits: readonly Edit[],
		key: string | null = null
	): Promise<Outcome | undefined> {
		const { serverKind } = this.#options;
		const input: Input = { type: 'ops', edits, actor, source: 'form', commandMark: null };
		return this.#transactions.run(process, async () => {
			const { row, values, head, keys } = this.stored;
			if (key !== null && keys.has(key)) return { answer: keys.get(key), apply: null };
			if (row.deletedAt || serverKind.writable(actor, row, values) === 'none') {
				return { answer: undefined, apply: null };
			}
			const prepared = await this.#prepare(process, head && this.#load(), {
				inputs: [input],
				sent: [null],
				key
			});
			const [answer] = prepared.outcomes;
			return { answer, apply: answer?.status === 'taken' ? prepared.apply : null };
		});
	}

	/** Into the trash or out of it. */
	turn(process: SimProcess, act: 'trash' | 'restore'): Promise<void> {
		return this.#transactions.run(process, async () => {
			const { row, head, log } = this.stored;
			if ((row.deletedAt === null) !== (act === 'trash')) return { answer: undefined, apply: null };
			const rev = row.rev + 1;
			const deletedAt = act === 'trash' ? this.#options.now(process) : null;
			const apply = () =>
				this.#adopt(
					{
						...this.stored,
						row: { ...row, deletedAt, rev },
						log: head ? new Map([...log, [rev, NO_UPDATE]]) : log
					},
					{ inputs: [], sent: [], outcomes: [], update: head && NO_UPDATE, key: null }
				);
			return { answer: undefined, apply };
		});
	}

	/** Gives the record another document: the same one after a restored backup, one made anew after a migration. */
	raiseEpoch(how: 'kept' | 'made', backup: Stored = this.stored): void {
		const from = backup.head ?? this.stored.head;
		if (!from) return;
		this.#transactions.abortAll();
		const epoch = Math.max(from.epoch, this.stored.head?.epoch ?? 0) + 1;
		this.stored = backup;
		const { rev } = backup.row;
		const doc = how === 'kept' && backup.head ? this.#load().doc : this.#freshDoc(backup.values);
		const snapshot = Y.encodeStateAsUpdate(doc);
		this.stored = { ...backup, head: { epoch, snapshotRev: rev, snapshot }, log: new Map() };
		this.made.set(epoch, 1);
		this.outdated.push(this.committed);
		this.committed = this.#load().doc;
	}

	/** The process is gone: what it had not committed is rolled back. */
	killed(process: SimProcess): void {
		this.#transactions.killed(process);
	}

	/** The database is killed and recovers: whatever is open is rolled back. */
	outage(ms: number): void {
		this.#transactions.outage(ms);
	}

	get #log() {
		return this.#options.log ?? SHORT;
	}

	/** Whom the record concerns. */
	get topics(): readonly string[] {
		const { row, values } = this.stored;
		return this.#options.serverKind.topics(row, values);
	}

	#freshDoc(values: RecordValues = {}): Y.Doc {
		const { kind } = this.#options.serverKind;
		const doc = new Y.Doc();
		defineRoots(doc, kind);
		doc.transact(() => writeValues(doc, kind, values));
		return doc;
	}

	#load(): Replica {
		const { head, log, row, clients } = this.stored;
		if (!head) throw new Error('no document to load');
		const doc = this.#freshDoc();
		const { kind } = this.#options.serverKind;
		const updates = [...log].filter(([rev]) => rev > head.snapshotRev).map(([, update]) => update);
		doc.transact(() => {
			for (const update of [head.snapshot, ...updates]) Y.applyUpdate(doc, update);
		});
		return {
			...{ doc, epoch: head.epoch, schemaVersion: 1, rev: row.rev, values: readValues(doc, kind) },
			...{ clients: new Map(clients), log: { snapshotRev: head.snapshotRev, bytes: 0 } },
			...UNKNOWN
		};
	}

	#open(process: SimProcess): Promise<HubReplica> {
		return this.#transactions.run<HubReplica>(process, async () => {
			const { row, values, head } = this.stored;
			if (row.deletedAt) throw new NotFound('record');
			if (head) return { answer: this.#load(), apply: null };
			const doc = this.#freshDoc(values);
			const snapshot = Y.encodeStateAsUpdate(doc);
			const made = { epoch: 1, snapshotRev: row.rev, snapshot };
			const answer: Replica = {
				...{ doc, epoch: 1, schemaVersion: 1, rev: row.rev, clients: new Map() },
				...{ values: readValues(doc, this.#options.serverKind.kind) },
				log: { snapshotRev: row.rev, bytes: 0 },
				...UNKNOWN
			};
			const apply = () => {
				this.stored = { ...this.stored, head: made };
				this.made.set(1, (this.made.get(1) ?? 0) + 1);
				Y.applyUpdate(this.committed, snapshot);
			};
			return { answer, apply };
		});
	}

	#read<Value>(process: SimProcess, look: () => Value): Promise<Value> {
		return this.#transactions.read(process, look);
	}

	#access(actor: Actor) {
		const { serverKind } = this.#options;
		const { row, values } = this.stored;
		if (row.deletedAt) return { may: 'gone', topics: [] } as const;
		if (!serverKind.mayRead(actor, row, values)) return { may: 'none', topics: [] } as const;
		const writable = serverKind.writable(actor, row, values);
		const mayWrite = writable === 'all' || (writable !== 'none' && writable.size > 0);
		return { may: mayWrite ? 'write' : 'read', topics: this.topics } as const;
	}

	#news(since: number): News | null {
		const { head, log, row } = this.stored;
		if (!head) return null;
		const updates = [...log]
			.filter(([rev]) => rev > since)
			.map(([rev, update]) => ({ rev, update }));
		return { epoch: head.epoch, rev: row.rev, snapshotRev: head.snapshotRev, updates };
	}

	#catchUp(held: HubReplica): CatchUp {
		const replica = this.#ours(held);
		const news = this.stored.row.deletedAt ? null : this.#news(replica.rev);
		if (!news) return { state: 'gone' };
		if (news.epoch !== replica.epoch) return { state: 'epoch' };
		try {
			takeIn(replica, this.#options.serverKind, news);
		} catch (error) {
			if (error instanceof OutdatedReplica) return { state: 'reload' };
			throw error;
		}
		const updates = news.updates.map(({ update }) => update);
		return { state: 'current', update: together(updates) };
	}

	async #compact(process: SimProcess): Promise<void> {
		await this.#transactions.run(process, async () => ({
			answer: undefined,
			apply: this.stored.head && (() => this.#snapshot())
		}));
	}

	#snapshot(): void {
		const { head, log, row } = this.stored;
		if (!head) return;
		const { doc } = this.#load();
		this.stored = {
			...this.stored,
			head: { ...head, snapshotRev: row.rev, snapshot: Y.encodeStateAsUpdate(doc) },
			log: new Map([...log].filter(([rev]) => rev > row.rev - this.#log.kept))
		};
		doc.destroy();
	}

	async #commitInputs(
		process: SimProcess,
		held: HubReplica,
		inputs: readonly RoomInput[]
	): Promise<RoomCommit> {
		const replica = this.#ours(held);
		const read = inputs.map(({ update, mode, actor }): Input | null => {
			const decoded = decode(update);
			return decoded && { type: 'update', update: decoded, mode, actor };
		});
		const readable = read.filter((input) => input !== null);
		const sent = inputs.filter((_, index) => read[index] !== null).map(({ update }) => update);
		try {
			const { update, outcomes, rev } = await this.#transactions.run(process, async () => {
				const { row } = this.stored;
				if (row.deletedAt) throw new NotFound('record');
				const news = this.#news(replica.rev);
				if (news) takeIn(replica, this.#options.serverKind, news);
				const prepared = await this.#prepare(process, replica, {
					inputs: readable,
					sent,
					key: null
				});
				const updates = (news?.updates ?? []).map((one) => one.update);
				if (prepared.update) updates.push(prepared.update);
				replica.rev = prepared.rev;
				return {
					answer: { update: together(updates), outcomes: prepared.outcomes, rev: row.rev },
					apply: prepared.apply
				};
			});
			const left = [...outcomes];
			return {
				rev: replica.rev,
				update,
				results: read.map((input) => {
					const outcome = input && left.shift();
					if (outcome?.status === 'taken') {
						return { ok: true, notices: this.#notices(input, outcome.notices, rev) };
					}
					const reason = outcome?.status === 'malformed' ? outcome.reason : 'not an update';
					return { ok: false, close: CLOSE.malformed, reason };
				})
			};
		} catch (error) {
			this.#dirty.add(held);
			throw error instanceof OutdatedReplica ? new Unavailable('outdated') : error;
		}
	}

	/** Two tabs of one person, and what no person wrote, are nothing to choose between. */
	#notices(input: Input | null, verdicts: readonly Verdict[], rev: number): readonly Notice[] {
		return verdicts.flatMap((verdict) => {
			const before = this.stored.changes.findLast(
				(change) => change.field === verdict.field && !change.conflict && change.rev <= rev
			);
			const other = verdict.rival ?? before?.actor ?? null;
			const isOwn = !other || other.id === input?.actor.id;
			if (verdict.type === 'overtaken' && isOwn) return [];
			return [noticeOf(verdict, { id: null, rev: this.stored.row.rev, by: null })];
		});
	}

	/** [SYNC I9] at the only place where it can be broken: a document that took part in a failure comes back. */
	#ours(held: HubReplica): Replica {
		if (this.#dirty.has(held)) this.#options.breach('I9: a document whose commit failed was used');
		return held as Replica; // every replica of a room was made here
	}

	async #prepare(
		process: SimProcess,
		replica: Replica | null,
		{ inputs, sent, key }: Pick<Seen, 'inputs' | 'sent' | 'key'>
	) {
		const { serverKind, now } = this.#options;
		const { row, values } = this.stored;
		const doc = replica?.doc ?? null;
		const clients = new Map(this.stored.clients);
		if (doc) claim(clients, doc, inputs);
		const [first] = inputs;
		if (!first) return { rev: row.rev, update: null, outcomes: [], apply: null };
		const ctx = { db: undefined as never, actor: first.actor, now: now(process), log: quietLog };
		const facts = await gatherFacts(ctx, { serverKind, row, values, doc, inputs }, clients);
		const settled = (this.#options.settle ?? settle)(
			{ serverKind, doc, row, before: values, facts },
			inputs
		);
		if (settled.values.name === POISON) throw new Error('violates check constraint');
		const { outcomes, update, changes } = settled;
		const hasNews = update !== null || changes.length > 0;
		const rev = hasNews ? row.rev + 1 : row.rev;
		const columns = rowColumns(serverKind, settled.values, Object.keys(values));
		const apply = () => {
			const { keys, log, head, changes: history } = this.stored;
			const next: Stored = {
				...this.stored,
				...{ row: { ...row, ...columns, rev }, values: settled.values, clients },
				log: head && hasNews ? new Map([...log, [rev, update ?? NO_UPDATE]]) : log,
				changes: [...history, ...changes.map((change) => ({ ...change, rev }))],
				keys: key === null ? keys : new Map([...keys, [key, outcomes[0]]])
			};
			this.#adopt(next, { inputs, sent, outcomes, update: head && update, key });
		};
		return { rev, update, outcomes, apply };
	}

	/** COMMIT. */
	#adopt(next: Stored, commit: Omit<Seen, 'before' | 'after'>): void {
		const before = this.stored;
		this.stored = next;
		if (commit.update) Y.applyUpdate(this.committed, commit.update);
		if (next.head && next.row.rev - next.head.snapshotRev >= this.#log.revs) this.#snapshot();
		this.#options.seen({ ...commit, before, after: next });
	}
}

function claim(clients: Map<number, string>, doc: Y.Doc, inputs: readonly Input[]): void {
	for (const input of inputs) {
		if (input.type !== 'update') continue;
		for (const client of newClients(input.update, doc)) {
			if (!clients.has(client) && Y.getState(doc.store, client) === 0) {
				clients.set(client, input.actor.id);
			}
		}
	}
}

const together = (updates: readonly Uint8Array[]): Uint8Array | null =>
	updates.length === 0 ? null : Y.mergeUpdates([...updates]);
