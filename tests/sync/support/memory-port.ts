import * as Y from 'yjs';
import type { RefusedUpdates } from '#lib/server/records/refused.ts';
import type { Actor } from '#lib/shared/actor.ts';
import { NotFound } from '#lib/server/errors.ts';
import type {
	Access,
	CatchUp,
	RecordPort,
	Replica,
	RoomCommit,
	RoomInput
} from '#lib/server/hub/port.ts';

/** An engine without a database: one record whose commits can be held up, refused or made to fail. */
export class MemoryPort implements RecordPort {
	/** What is committed, in order. */
	readonly log: Uint8Array[] = [];
	readonly batches: number[] = [];
	readonly setAsides: Uint8Array[] = [];
	readonly refused: { actor: string; reason: string; updates: number }[] = [];
	epoch = 1;
	gone = false;
	opened = 0;
	compacted = 0;
	may: Access['may'] = 'write';
	/** Awaited after the document was changed and before COMMIT. */
	beforeCommit: (inputs: readonly RoomInput[]) => Promise<void> = async () => {};

	beforeKeeping: () => Promise<void> = async () => {};

	get committed(): Y.Doc {
		const doc = new Y.Doc();
		for (const update of this.log) Y.applyUpdate(doc, update);
		return doc;
	}

	async open(): Promise<Replica> {
		if (this.gone) throw new NotFound('record');
		this.opened++;
		return { doc: this.committed, epoch: this.epoch, schemaVersion: 1, rev: this.log.length };
	}

	async access(): Promise<Access> {
		return { may: this.gone ? 'gone' : this.may, topics: ['deal:department:hamburg'] };
	}

	async commit(
		_kind: string,
		_id: string,
		replica: Replica,
		inputs: readonly RoomInput[]
	): Promise<RoomCommit> {
		if (this.gone) throw new NotFound('record');
		const updates = this.log.slice(replica.rev);
		for (const { update } of inputs) updates.push(update);
		for (const update of updates) Y.applyUpdate(replica.doc, update);
		if (replica.doc.store.pendingStructs) throw new Error('gap');
		await this.beforeCommit(inputs);
		this.batches.push(inputs.length);
		const merged = Y.mergeUpdates(updates);
		this.log.push(merged);
		replica.rev = this.log.length;
		return { rev: replica.rev, update: merged, results: inputs.map(() => accepted) };
	}

	async catchUp(_kind: string, _id: string, replica: Replica): Promise<CatchUp> {
		if (this.gone) return { state: 'gone' };
		if (this.epoch !== replica.epoch) return { state: 'epoch' };
		const news = this.log.slice(replica.rev);
		if (news.length === 0) return { state: 'current', update: null };
		for (const update of news) Y.applyUpdate(replica.doc, update);
		replica.rev = this.log.length;
		return { state: 'current', update: Y.mergeUpdates(news) };
	}

	async revisions(_kind: string, ids: readonly string[]): Promise<ReadonlyMap<string, number>> {
		return new Map(ids.map((id) => [id, this.log.length]));
	}

	async compact(): Promise<void> {
		this.compacted++;
	}

	async keepRefused(
		_kind: string,
		_id: string,
		actor: Actor,
		{ updates, reason }: RefusedUpdates
	): Promise<void> {
		await this.beforeKeeping();
		this.refused.push({ actor: actor.id, reason, updates: updates.length });
	}

	async setAside(_kind: string, _id: string, input: RoomInput): Promise<void> {
		this.setAsides.push(input.update);
	}

	/** A commit of another process. */
	commitElsewhere(change: (doc: Y.Doc) => void): void {
		const doc = this.committed;
		const before = Y.encodeStateVector(doc);
		change(doc);
		this.log.push(Y.encodeStateAsUpdate(doc, before));
	}
}

const accepted = { ok: true, notices: [] } as const;
