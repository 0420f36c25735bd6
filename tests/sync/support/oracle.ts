import * as decoding from 'lib0/decoding';
import * as Y from 'yjs';
import {
	emptyOf,
	entriesOf,
	idsOf,
	liveFields,
	readValues,
	SCALARS
} from '#lib/records/document.ts';
import type { Field } from '#lib/records/kind.ts';
import type { FieldValue, RecordValues } from '#lib/records/values.ts';
import type { DecodedUpdate } from '#lib/server/records/structs.ts';
import type { Outcome, Verdict } from '#lib/server/records/settlement.ts';
import type { Actor } from '#lib/shared/actor.ts';
import { isId } from '#lib/shared/ids.ts';
import { plainJson } from '#lib/shared/json.ts';
import { isSame } from '#lib/shared/same.ts';
import type { MemoryEngine, Seen } from './memory-engine.ts';
import type { Sent, SimClient, Wish } from './sim-client.ts';
import type { Office } from './sim-office.ts';
import { STAGES, type Subject } from './world.ts';

/** How long a right may outlive its end: what is under way, or one look a minute when no hint comes. */
export interface Leniency {
	readonly rightsMs: number;
}

/**
 * Knows the invariants [SYNC I1–I12] and nothing of how the engine keeps them. It is shown every commit,
 * everything that leaves a hub and everything that a tab is told, and writes down what must not be.
 */
export class Oracle {
	readonly breaches: string[] = [];
	ackCount = 0;
	savedCount = 0;
	overtakenCount = 0;
	readonly #subject: Subject;
	readonly #office: Office;
	readonly #leniency: Leniency;
	#engine: MemoryEngine | null = null;
	readonly #sent = new Map<string, Sent>();
	/** How far each tab's writing was committed before the commit that is looked at. */
	readonly #known = new Map<number, number>();
	/** Every state that a key has ever had, and everything that somebody was told about an edit of his. */
	readonly #had = new Set<string>();
	readonly #told = new Set<string>();
	/** Values that have come to the server whole, by their place in their author's document. */
	readonly #arrived = new Set<string>();
	readonly #effects = new Map<string, number>();

	constructor(subject: Subject, office: Office, leniency: Leniency) {
		this.#subject = subject;
		this.#office = office;
		this.#leniency = leniency;
	}

	watch(engine: MemoryEngine): void {
		this.#engine = engine;
		for (const [name, value] of Object.entries(engine.stored.values)) this.#note(name, value);
	}

	breach(claim: string): void {
		if (this.breaches.length < 20) this.breaches.push(claim);
	}

	wrote(update: Uint8Array, sent: Sent): void {
		this.#sent.set(keyOfBytes(update), sent);
	}

	// Committed.

	seen(commit: Seen): void {
		for (const input of commit.inputs) if (input.type === 'update') this.#receive(input.update);
		this.#foldHistory(commit);
		this.#checkArrivals(commit);
		this.#checkRights(commit);
		for (const [index, outcome] of commit.outcomes.entries()) {
			const input = commit.inputs[index];
			if (outcome.status === 'taken' && input) this.#hear(input.actor, outcome.notices);
		}
		const { before, after, key } = commit;
		if (key !== null) {
			this.#effects.set(key, (this.#effects.get(key) ?? 0) + 1);
			if (this.#effects.get(key) !== 1) this.breach('I8: one key had two effects');
		}
		if (after.row.rev > before.row.rev + 1) this.breach('I4: a revision was left out');
		for (const fault of unsound(this.#subject, after.values)) this.breach(`I5: ${fault}`);
		if (after.values.stage === STAGES.won) this.breach('I5: a step that only a command may take');
		if (after.row.rev % 4 === 0) this.checkColumns();
	}

	#receive({ items, deletions }: DecodedUpdate): void {
		for (const { id, content } of items.filter((item) => item instanceof Y.Item)) {
			const isDeleted = deletions
				.get(id.client)
				?.some(({ clock, len }) => id.clock >= clock && id.clock < clock + len);
			if (content instanceof Y.ContentAny && !isDeleted)
				this.#arrived.add(`${id.client} ${id.clock}`);
		}
	}

	/** [SYNC I3, I4] */
	checkColumns(): void {
		const { committed, stored } = this.#engine ?? {};
		if (!committed || !stored?.head) return;
		const { kind } = this.#subject.serverKind;
		const inDocument = readValues(committed, kind);
		for (const [name, value] of Object.entries(inDocument)) {
			if (!isSame(value, stored.values[name] ?? null)) this.breach(`I3: ${name} differs`);
		}
		if (committed.store.pendingStructs ?? committed.store.pendingDs) this.breach('I4: pending');
		const revs = [...stored.log.keys()];
		const isDense = revs.every((rev, index) => rev === (revs[0] ?? 0) + index);
		const reaches = (revs.at(-1) ?? stored.head.snapshotRev) === stored.row.rev;
		if (!isDense || !reaches) this.breach('I4: the log is not dense');
	}

	/** [SYNC I7] What was there goes only through rows that name who, from what and to what. */
	#foldHistory({ before, after }: Seen): void {
		const rows = after.changes.slice(before.changes.length);
		const folded: Record<string, FieldValue> = { ...before.values };
		for (const { field, old, new: fresh, conflict, actor } of rows) {
			if (conflict) continue;
			if (!isSame(folded[field] ?? null, old))
				this.breach(`I7: ${field} did not hold what history says`);
			this.#note(field, fresh);
			folded[field] = fresh;
			if (!actor.id) this.breach(`I7: nobody changed ${field}`);
		}
		for (const name of Object.keys(after.values)) {
			if (!isSame(folded[name] ?? null, after.values[name] ?? null)) {
				this.breach(`I7: ${name} changed without a row`);
			}
		}
		for (const { field, old, new: kept, conflict, actor } of rows) {
			if (!conflict) continue;
			this.#tell(actor.id, field, kept);
			this.#tell(actor.id, field, old);
		}
	}

	/** [SYNC-10] Of live writes the one that arrived last and was not refused stays. */
	#checkArrivals({ inputs, sent, outcomes, after }: Seen): void {
		const expected = new Map<string, Wish>();
		let isClear = true;
		inputs.forEach((input, index) => {
			const outcome = outcomes[index];
			const bytes = sent[index];
			if (outcome?.status !== 'taken') return;
			if (input.type === 'ops' || input.mode === 'replay') isClear = false;
			const one = bytes && this.#sent.get(keyOfBytes(bytes));
			// It may have come before, with a handshake on another line; of a deletion nobody can tell.
			const isKnown = one && (this.#known.get(one.clientId) ?? 0) >= one.clock;
			for (const wish of one?.wishes ?? []) {
				if (isKnown || wish.value === undefined) expected.delete(`${wish.root}\n${wish.key}`);
				else if (!isAbout(outcome, wish)) expected.set(`${wish.root}\n${wish.key}`, wish);
			}
			if (one && !isKnown) this.#known.set(one.clientId, one.clock);
		});
		const { committed } = this.#engine ?? {};
		for (const client of committed?.store.clients.keys() ?? []) {
			this.#known.set(client, Y.getState(committed?.store as Y.Doc['store'], client));
		}
		// Among operations and replays other rules decide.
		if (!isClear) return;
		for (const wish of expected.values()) {
			const { root, key, value } = wish;
			if (value === undefined) continue;
			const actual = this.#at(after.values, root, key);
			const wanted = this.#stored(root, key, value);
			if (wanted && !isSame(actual, wanted.value)) {
				this.breach(
					`SYNC-10: ${root}.${key} holds ${say(actual)}, ${say(wanted.value)} arrived last`
				);
			}
		}
	}

	/** [SYNC-13, I10] Nobody's change counts who had no right to it, give or take what was under way. */
	#checkRights({ before, after }: Seen): void {
		const { serverKind } = this.#subject;
		const rows = after.changes.slice(before.changes.length);
		const states = [before.values];
		for (const { field, new: fresh, conflict } of rows) {
			if (!conflict) states.push({ ...states.at(-1), [field]: fresh });
		}
		for (const { actor, field, conflict } of rows) {
			if (conflict) continue;
			const versions = this.#office.versionsOf(actor, this.#leniency.rightsMs);
			const may = versions.some((version) =>
				states.some((values) => {
					const writable = serverKind.writable(version, before.row, values);
					return writable === 'all' || (writable !== 'none' && writable.has(field));
				})
			);
			if (!may) this.breach(`I10: ${actor.name} had no right to change ${field}`);
		}
	}

	#hear(actor: Actor, verdicts: readonly Verdict[]): void {
		for (const { field, value } of verdicts) this.#tell(actor.id, field, value);
	}

	#tell(userId: string, field: string, value: unknown): void {
		this.#told.add(`${userId} ${field} ${say(value)}`);
	}

	// What leaves the hubs.

	/** [SYNC I2, I10] */
	leaving(client: SimClient, frame: Uint8Array): void {
		const decoder = decoding.createDecoder(frame);
		decoding.readVarUint(decoder);
		decoding.readVarUint(decoder);
		const { structs, ds } = Y.decodeUpdate(decoding.readVarUint8Array(decoder));
		if (!this.#engine) return;
		// A hub that has not heard of a new epoch still serves the one before.
		const { committed, outdated } = this.#engine;
		const isCommitted = [committed, ...outdated].some(
			({ store }) =>
				structs.every(({ id, length }) => id.clock + length <= Y.getState(store, id.client)) &&
				[...ds.clients].every(([id, ranges]) => {
					const end = ranges.at(-1);
					return !end || end.clock + end.len <= Y.getState(store, id);
				})
		);
		if (!isCommitted) this.breach('I2: sent before it was committed');
		const { row, values } = this.#engine.stored;
		const mayRead = this.#office
			.versionsOfUser(client.userId, this.#leniency.rightsMs)
			.some((version) => this.#subject.serverKind.mayRead(version, row, values));
		if (!mayRead) this.breach('I10: sent to somebody who may not read it');
	}

	// What tabs are told.

	/** [SYNC I1] */
	acked(client: SimClient, clock: number): void {
		this.ackCount++;
		if (!this.#engine || client.epoch !== this.#engine.stored.head?.epoch) return;
		const known = Y.getState(this.#engine.committed.store, client.doc.clientID);
		if (known < clock) this.breach('I1: acknowledged and not committed');
	}

	/** [SYNC I1, I7] A wish that was called saved was there once, or its author has been told why not. */
	saved(client: SimClient, { root, key, value, item }: Wish): void {
		// Who takes away what has been replaced meanwhile takes nothing away [SYNC-16].
		if (value === undefined) return;
		this.savedCount++;
		const field = root === SCALARS ? key : root;
		const stored = this.#stored(root, key, value);
		const isThere = stored !== null && this.#had.has(stateOf(root, key, stored.value));
		const asTold = [
			value,
			plainJson(value),
			stored?.value,
			[key],
			{ [key]: plainJson(value) },
			{ [key]: stored?.value }
		];
		const isTold = asTold.some((one) =>
			this.#told.has(`${client.userId} ${field} ${say(one ?? null)}`)
		);
		const isAside = this.#engine?.setAsides.some(({ actor }) => actor.id === client.userId);
		if (isThere || isTold || isAside) return;
		// Replaced in the tab itself by what others wrote, before it could be sent: the server never had it.
		if (!this.#arrived.has(item)) this.overtakenCount++;
		else this.breach(`I7: ${root}.${key} = ${say(value)} was called saved and nobody has it`);
	}

	/** Nobody's tab is called broken that is not. */
	dismissed(client: SimClient, code: number): void {
		if (!this.#engine) return;
		const isGuilty = this.#engine.setAsides.some(({ actor }) => actor.id === client.userId);
		if (code === 4400 && !isGuilty)
			this.breach(`an honest tab was closed with 4400: ${client.reason}`);
		if (code === 4413 || code === 4426) this.breach(`an honest tab was closed with ${code}`);
	}

	/** [SYNC I6] At the end, with good lines, everybody sees what the columns say and knows it. */
	atEnd(clients: readonly SimClient[]): void {
		const engine = this.#engine;
		if (!engine) return;
		this.checkColumns();
		const live = liveOf(this.#subject, engine.stored.values);
		for (const client of clients) {
			if (!client.synced)
				this.breach(`${client.userId.slice(-2)} never came back (${client.closed})`);
			else if (client.pending > 0) this.breach('what is saved was never called saved');
			else if (!isSame(readValues(client.doc, this.#subject.serverKind.kind), live)) {
				this.breach(`I6: a tab of ${client.userId.slice(-2)} shows something else`);
			}
			if (client.doc.store.pendingStructs) this.breach('I6: a tab waits for what never comes');
		}
		for (const [epoch, count] of engine.made) {
			if (count > 1) this.breach(`I11: epoch ${epoch} was made ${count} times`);
		}
	}

	/** Remembers each state that a field passes through. */
	#note(field: string, fresh: FieldValue): void {
		const rule = this.#subject.serverKind.kind.fields[field];
		if (rule?.shape === 'scalar') this.#had.add(stateOf(SCALARS, field, fresh));
		if (rule?.shape === 'set') {
			for (const id of idsOf(fresh)) this.#had.add(stateOf(field, id, true));
		}
		if (rule?.shape === 'list') {
			for (const [id, entry] of Object.entries(entriesOf(fresh))) {
				this.#had.add(stateOf(field, id, entry));
			}
		}
	}

	#field(root: string, key: string): Field | undefined {
		return this.#subject.serverKind.kind.fields[root === SCALARS ? key : root];
	}

	/** The stored form of what somebody wants under a key; null for what the field does not take. */
	#stored(root: string, key: string, value: unknown): { readonly value: unknown } | null {
		const field = this.#field(root, key);
		if (field?.shape === 'set') return { value: true };
		if (field?.shape !== 'scalar' && field?.shape !== 'list') return null;
		const parsed = field.shape === 'list' ? field.parseEntry(value) : field.parse(value);
		return parsed.ok ? { value: parsed.value } : null;
	}

	#at(values: RecordValues, root: string, key: string): unknown {
		const field = this.#field(root, key);
		if (field?.shape === 'set') return idsOf(values[root]).includes(key) ? true : null;
		if (field?.shape === 'list') return entriesOf(values[root])[key] ?? null;
		return values[key] ?? (field ? emptyOf(field) : null);
	}
}

const keyOfBytes = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

/** Independent of the order in which an object was built. */
const say = (value: unknown) => JSON.stringify(sorted(value ?? null));

const stateOf = (root: string, key: string, value: unknown) => `${root} ${key} ${say(value)}`;

/** The author was told that this wish of his was not taken. */
function isAbout(outcome: Outcome, { root, key }: Wish): boolean {
	if (outcome.status !== 'taken') return true;
	return outcome.notices.some((notice) => {
		if (notice.type !== 'rejected' && notice.type !== 'conflict') return false;
		if (root === SCALARS) return notice.field === key;
		const { value } = notice;
		const keys = Array.isArray(value) ? value : Object.keys(value ?? {});
		return notice.field === root && keys.includes(key);
	});
}

export const liveOf = ({ serverKind: { kind } }: Subject, values: RecordValues) =>
	Object.fromEntries(liveFields(kind).map(([name]) => [name, values[name] ?? null]));

/** What may never be in a column, by its own field's rules [SYNC I5]. */
export function unsound(
	{ serverKind, referable }: Subject,
	values: RecordValues
): readonly string[] {
	return Object.entries(serverKind.kind.fields).flatMap(([name, field]) => {
		const value = values[name] ?? null;
		const parsed = field.parse(value);
		if (!parsed.ok) return [`${name}: ${parsed.code}`];
		if (say(parsed.value) !== say(value)) return [`${name}: not in stored form`];
		const allowed = referable[name];
		const ids = typeof value === 'string' ? [value] : Array.isArray(value) ? value : [];
		return ids
			.filter((id) => isId(id) && allowed && !allowed.includes(id))
			.map((id) => `${name}: ${id}`);
	});
}

function sorted(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(sorted);
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([key, inner]) => [key, sorted(inner)])
	);
}
