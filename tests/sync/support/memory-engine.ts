import * as Y from 'yjs';
import { defineRoots, emptyOf, writeValues } from '#lib/records/document.ts';
import type { Edit, RecordValues } from '#lib/records/values.ts';
import { CLOSE } from '#lib/records/wire.ts';
import type { Ctx } from '#lib/server/context.ts';
import { NotFound } from '#lib/server/errors.ts';
import type { RecordPort, Replica, RoomCommit, RoomInput } from '#lib/server/hub/port.ts';
import { gatherFacts } from '#lib/server/records/facts.ts';
import type { Row, ServerKind } from '#lib/server/records/kind.ts';
import { decode, newClients } from '#lib/server/records/precheck.ts';
import { rowColumns } from '#lib/server/records/project.ts';
import { NO_UPDATE } from '#lib/server/records/replica.ts';
import { settle } from '#lib/server/records/settle.ts';
import type { Change, Input, Outcome } from '#lib/server/records/settlement.ts';
import { noticeOf } from '#lib/server/records/verdicts.ts';
import type { Actor } from '#lib/shared/actor.ts';

/** What Postgres would hold of one record. */
export interface Stored {
	row: Row;
	values: RecordValues;
	/** By revision, dense; the first makes the document. */
	readonly log: Map<number, Uint8Array>;
	readonly clients: Map<number, string>;
	readonly changes: Change[];
	readonly setAsides: { readonly update: Uint8Array; readonly actor: Actor }[];
	made: number;
}

/** The record engine with `settle` as it is and a few lines of memory in place of Postgres. */
export class MemoryEngine {
	readonly stored: Stored;
	readonly port: RecordPort;
	readonly #serverKind: ServerKind;
	readonly #ctx: Ctx;

	constructor(serverKind: ServerKind, ctx: Ctx, row: Row, given: RecordValues) {
		this.#serverKind = serverKind;
		this.#ctx = ctx;
		defineRoots(this.committed, serverKind.kind);
		const values = Object.fromEntries(
			Object.entries(serverKind.kind.fields).map(([name, field]) => [
				name,
				given[name] ?? emptyOf(field)
			])
		);
		const [log, clients] = [new Map<number, Uint8Array>(), new Map<number, string>()];
		this.stored = { row, values, log, clients, changes: [], setAsides: [], made: 0 };
		this.port = {
			open: async () => this.#open(),
			access: async (_kind, _id, actor) => this.#access(actor),
			commit: (_kind, _id, replica, inputs) => this.#commitInputs(replica, inputs),
			catchUp: async (_kind, _id, replica) => ({
				state: 'current',
				update: together(this.#catchUp(replica))
			}),
			revisions: async (_kind, ids) => new Map(ids.map((id) => [id, this.stored.row.rev])),
			compact: async () => {},
			setAside: async (_kind, _id, { update, actor }) => {
				this.stored.setAsides.push({ update, actor });
			}
		};
	}

	/** What is committed, kept up to date; nobody but the checks looks at it. */
	readonly committed = new Y.Doc();

	async edit(actor: Actor, edits: readonly Edit[]): Promise<Outcome | undefined> {
		if (this.#serverKind.writable(actor, this.stored.row, this.stored.values) === 'none') return;
		const input: Input = { type: 'ops', edits, actor, source: 'form', commandMark: null };
		const replica = this.stored.log.size > 0 ? this.#open() : null;
		const { outcomes } = await this.#commit(replica, [input]);
		return outcomes[0];
	}

	#open(): Replica {
		const { stored } = this;
		if (stored.row.deletedAt) throw new NotFound('record');
		if (stored.log.size === 0) {
			const doc = new Y.Doc();
			defineRoots(doc, this.#serverKind.kind);
			doc.transact(() => writeValues(doc, this.#serverKind.kind, stored.values));
			this.#append(stored.row.rev, Y.encodeStateAsUpdate(doc));
			stored.made++;
		}
		const doc = new Y.Doc();
		defineRoots(doc, this.#serverKind.kind);
		for (const update of stored.log.values()) Y.applyUpdate(doc, update);
		return { doc, epoch: 1, schemaVersion: 1, rev: stored.row.rev };
	}

	#append(rev: number, update: Uint8Array): void {
		this.stored.log.set(rev, update);
		Y.applyUpdate(this.committed, update);
	}

	#access(actor: Actor) {
		const { row, values } = this.stored;
		const topics = this.#serverKind.topics(row, values);
		if (!this.#serverKind.mayRead(actor, row, values)) return { may: 'none', topics: [] } as const;
		const writable = this.#serverKind.writable(actor, row, values);
		return { may: writable === 'none' ? 'read' : 'write', topics } as const;
	}

	#catchUp(replica: Replica): readonly Uint8Array[] {
		const news = [...this.stored.log]
			.filter(([rev]) => rev > replica.rev)
			.map(([, update]) => update);
		for (const update of news) Y.applyUpdate(replica.doc, update);
		replica.rev = this.stored.row.rev;
		return news;
	}

	async #commitInputs(replica: Replica, inputs: readonly RoomInput[]): Promise<RoomCommit> {
		const read = inputs.map(({ update, mode, actor }): Input | null => {
			const decoded = decode(update);
			return decoded && { type: 'update', update: decoded, mode, actor };
		});
		const readable = read.filter((input) => input !== null);
		const { update, outcomes } = await this.#commit(replica, readable);
		const left = [...outcomes];
		return {
			rev: replica.rev,
			update,
			results: read.map((input) => {
				const outcome = input && left.shift();
				if (outcome?.status === 'taken') {
					const known = { id: null, rev: replica.rev, by: null };
					return { ok: true, notices: outcome.notices.map((one) => noticeOf(one, known)) };
				}
				return { ok: false, close: CLOSE.malformed, reason: outcome?.status ?? 'not an update' };
			})
		};
	}

	async #commit(replica: Replica | null, inputs: readonly Input[]) {
		const { stored } = this;
		const serverKind = this.#serverKind;
		const news = replica ? this.#catchUp(replica) : [];
		const { row, values } = stored;
		const doc = replica?.doc ?? null;
		const clients = new Map(stored.clients);
		if (doc) claim(clients, doc, inputs);
		const facts = await gatherFacts(this.#ctx, { serverKind, row, values, doc, inputs }, clients);
		const settled = settle({ serverKind, doc, row, before: values, facts }, inputs);
		if (settled.values.name === POISON) throw new Error('violates check constraint');
		for (const [client, owner] of clients) stored.clients.set(client, owner);
		if (settled.update !== null || settled.changes.length > 0) {
			const rev = row.rev + 1;
			const names = Object.keys(values);
			stored.row = { ...row, ...rowColumns(serverKind, settled.values, names), rev };
			stored.values = settled.values;
			stored.changes.push(...settled.changes);
			if (replica) {
				this.#append(rev, settled.update ?? NO_UPDATE);
				replica.rev = rev;
			}
		}
		return {
			update: together(settled.update ? [...news, settled.update] : news),
			outcomes: settled.outcomes
		};
	}
}

/** A name that the database refuses by a constraint nobody's parser knows of. */
export const POISON = 'POISON';

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
