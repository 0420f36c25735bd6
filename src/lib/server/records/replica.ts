import { and, eq, gt, sql } from 'drizzle-orm';
import * as Y from 'yjs';
import {
	defineRoots,
	liveFields,
	readField,
	readValues as readDocument,
	SCALARS,
	writeValues
} from '#lib/records/document.ts';
import type { KindName, RecordKind } from '#lib/records/kind.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '../context.ts';
import { ydocClients, ydocs, ydocUpdates } from '../db/tables/index.ts';
import { isUnavailable } from '../db/unavailable.ts';
import type { Row, ServerKind } from './kind.ts';
import { rootsChangedIn } from './structs.ts';

/** A record's document in memory, equal to the committed state at `rev`; dirty after any failure. */
export interface Replica {
	readonly doc: Y.Doc;
	readonly epoch: number;
	readonly schemaVersion: number;
	rev: number;
	/** What the document says, in stored form. */
	values: RecordValues;
	/** Whose the Yjs client ids are that have written. */
	readonly clients: Map<number, string>;
	/** Weight of the update log that a compaction would take away. */
	log: { snapshotRev: number; bytes: number };
	/** The row as the last commit with this replica left it; null when another process may have changed it since. */
	row: Row | null;
	/** All values at that row, those outside the document too. */
	whole: RecordValues;
	/** How many commits in a row have met nobody else's. */
	undisturbed: number;
	/** When whom's writing in which text began to count as one change, by `<person>/<field>`. */
	readonly sittings: Map<string, number>;
}

/** So many commits must have met nobody else's, once they met one, before the row is not taken first any more. */
export const UNDISTURBED = 5;

/** Of a replica that has just been loaded or made: one commit tells it the row. */
const fresh = () => ({
	row: null,
	whole: {},
	undisturbed: UNDISTURBED - 1,
	sittings: new Map<string, number>()
});

/** The record has another document than the replica is of; only loading it anew helps. */
export class OutdatedReplica extends Error {
	override readonly name = 'OutdatedReplica';
}

/** True when the same commit may succeed with a fresh replica a moment later. */
export const isPassing = (error: unknown): boolean =>
	error instanceof OutdatedReplica || isUnavailable(error);

/** An update that says nothing: keeps the log dense where a commit did not touch the document. */
export const NO_UPDATE = new Uint8Array([0, 0]);

const keyOf = (
	table: typeof ydocs | typeof ydocUpdates | typeof ydocClients,
	kind: KindName,
	id: string
) => and(eq(table.kind, kind), eq(table.recordId, id));

/** Loads a document; null when the record never had one. */
export async function loadReplica(
	ctx: Ctx,
	{ kind }: ServerKind,
	id: string
): Promise<Replica | null> {
	const [rows, owners] = await Promise.all([
		// One statement, so that snapshot and log are of one moment.
		ctx.db
			.select({ head: ydocs, rev: ydocUpdates.rev, update: ydocUpdates.update })
			.from(ydocs)
			.leftJoin(
				ydocUpdates,
				and(
					eq(ydocUpdates.kind, ydocs.kind),
					eq(ydocUpdates.recordId, ydocs.recordId),
					gt(ydocUpdates.rev, ydocs.snapshotRev)
				)
			)
			.where(keyOf(ydocs, kind.name, id))
			.orderBy(ydocUpdates.rev),
		ctx.db
			.select()
			.from(ydocClients)
			.where(keyOf(ydocClients, kind.name, id))
	]);
	const head = rows[0]?.head;
	if (!head) return null;
	const doc = new Y.Doc();
	defineRoots(doc, kind);
	const updates = rows.flatMap(({ update }) => (update ? [update] : []));
	doc.transact(() => {
		for (const update of [head.snapshot, ...updates]) Y.applyUpdate(doc, update);
	});
	return {
		doc,
		epoch: head.epoch,
		schemaVersion: head.schemaVersion,
		rev: head.rev,
		values: readDocument(doc, kind),
		clients: new Map(owners.map(({ clientId, userId }) => [clientId, userId])),
		log: {
			snapshotRev: head.snapshotRev,
			bytes: updates.reduce((sum, { length }) => sum + length, 0)
		},
		...fresh()
	};
}

/** Makes the document of a record that never had one, from its row; the caller holds the row's lock. */
export async function materialise(
	ctx: Ctx,
	{ kind }: ServerKind,
	{ id, rev }: Row,
	values: RecordValues
): Promise<Replica> {
	const doc = new Y.Doc();
	defineRoots(doc, kind);
	doc.transact(() => writeValues(doc, kind, values));
	await ctx.db.insert(ydocs).values({
		kind: kind.name,
		recordId: id,
		epoch: 1,
		schemaVersion: kind.schemaVersion,
		rev,
		snapshotRev: rev,
		snapshot: Y.encodeStateAsUpdate(doc)
	});
	return {
		doc,
		epoch: 1,
		schemaVersion: kind.schemaVersion,
		rev,
		values: readDocument(doc, kind),
		clients: new Map(),
		log: { snapshotRev: rev, bytes: 0 },
		...fresh()
	};
}

export interface News {
	readonly epoch: number;
	readonly rev: number;
	readonly snapshotRev: number;
	readonly updates: readonly { readonly rev: number; readonly update: Uint8Array }[];
}

/** What was committed since the replica's revision; null when the record has no document. */
export async function readNews(
	ctx: Ctx,
	kind: KindName,
	id: string,
	since: number
): Promise<News | null> {
	const rows = await ctx.db
		.select({
			epoch: ydocs.epoch,
			head: ydocs.rev,
			snapshotRev: ydocs.snapshotRev,
			rev: ydocUpdates.rev,
			update: ydocUpdates.update
		})
		.from(ydocs)
		.leftJoin(
			ydocUpdates,
			and(
				eq(ydocUpdates.kind, ydocs.kind),
				eq(ydocUpdates.recordId, ydocs.recordId),
				gt(ydocUpdates.rev, sql.param(since, ydocUpdates.rev))
			)
		)
		.where(keyOf(ydocs, kind, id))
		.orderBy(ydocUpdates.rev);
	const [first] = rows;
	if (!first) return null;
	const updates = rows.flatMap(({ rev, update }) =>
		rev !== null && update !== null ? [{ rev, update }] : []
	);
	return { epoch: first.epoch, rev: first.head, snapshotRev: first.snapshotRev, updates };
}

/** Applies updates and reads those values again that they may have changed: a long text takes its time. */
function valuesAfter(doc: Y.Doc, kind: RecordKind, updates: News['updates']): RecordValues {
	const touched = new Set<string>();
	const note = (transaction: Y.Transaction) => {
		for (const [name] of rootsChangedIn(transaction, kind)) touched.add(name);
	};
	doc.on('afterTransaction', note);
	for (const { update } of updates) Y.applyUpdate(doc, update);
	doc.off('afterTransaction', note);
	const again = liveFields(kind).filter(([name, { shape }]) =>
		touched.has(shape === 'scalar' ? SCALARS : name)
	);
	return Object.fromEntries(again.map(([name, field]) => [name, readField(doc, name, field)]));
}

/** Takes foreign commits in; throws OutdatedReplica when the log does not lead there. */
export function takeIn(replica: Replica, { kind }: ServerKind, news: News): void {
	const isDense = news.updates.every(({ rev }, index) => rev === replica.rev + 1 + index);
	const reaches = replica.rev + news.updates.length === news.rev;
	if (news.epoch !== replica.epoch || !isDense || !reaches) throw new OutdatedReplica(kind.name);
	if (news.updates.length > 0) {
		replica.values = { ...replica.values, ...valuesAfter(replica.doc, kind, news.updates) };
		Object.assign(replica, { row: null, undisturbed: 0 });
		// A text that was replaced meanwhile is a version of its own: the history is asked who sits at it.
		replica.sittings.clear();
	}
	replica.rev = news.rev;
	const bytes = news.updates.reduce((sum, { update }) => sum + update.length, 0);
	replica.log = {
		snapshotRev: news.snapshotRev,
		bytes: news.snapshotRev > replica.log.snapshotRev ? bytes : replica.log.bytes + bytes
	};
}
