import * as Y from 'yjs';
import { emptyOf, liveFields, writeField } from '#lib/records/document.ts';
import type { RecordKind } from '#lib/records/kind.ts';
import type { Fault, RecordValues } from '#lib/records/values.ts';
import type { Actor } from '#lib/shared/actor.ts';
import { isSame } from '#lib/shared/same.ts';
import type { Source } from './announce.ts';
import { applyAttempts, type DecodedUpdate, hasGap, newClients } from './structs.ts';
import { Draft } from './draft.ts';
import { judgeEdit, type Judge } from './judge.ts';
import { piecesOf } from './pieces.ts';
import { precheck } from './precheck.ts';
import type { Change, Input, Matter, Outcome, Settled } from './settlement.ts';

/** Origin of what the server writes into a document to correct it. */
const SERVER = Symbol('server');

/**
 * Applies inputs in the order in which they arrived, judges every key they touched, and corrects the
 * document where it then says something else than what the record shall hold. Pure but for the
 * document: after a throw it must not be used again.
 */
export function settle(matter: Matter, inputs: readonly Input[]): Settled {
	const { doc, serverKind } = matter;
	const updates: Uint8Array[] = [];
	const collect = (update: Uint8Array) => updates.push(update);
	doc?.on('update', collect);
	try {
		const session = new Session(matter);
		const outcomes = inputs.map((input) => session.take(input));
		if (doc) correct(doc, serverKind.kind, session.values, session.written);
		if (doc && hasGap(doc)) throw new Error('update left a gap');
		return {
			update: updates.length === 0 ? null : Y.mergeUpdates(updates),
			values: session.values,
			changes: session.changes,
			outcomes
		};
	} finally {
		doc?.off('update', collect);
	}
}

/** Makes the document say what was settled; whatever says so already is not touched. */
function correct(
	doc: Y.Doc,
	kind: RecordKind,
	values: RecordValues,
	writtenTexts: ReadonlySet<string>
): void {
	doc.transact(() => {
		for (const [name, field] of liveFields(kind)) {
			// Texts are corrected by taking back the very edit; only operations replace them.
			if (field.shape === 'richText' && !writtenTexts.has(name)) continue;
			writeField(doc, name, field, values[name] ?? emptyOf(field));
		}
	}, SERVER);
}

/** The state of a record between the inputs of one settlement. */
class Session {
	values: RecordValues;
	readonly changes: Change[] = [];
	/** Rich texts that operations have replaced. */
	readonly written = new Set<string>();
	readonly #matter: Matter;

	constructor(matter: Matter) {
		this.#matter = matter;
		this.values = matter.before;
	}

	take(input: Input): Outcome {
		return input.type === 'ops' ? this.#takeOps(input) : this.#takeUpdate(input);
	}

	#takeOps(input: Extract<Input, { type: 'ops' }>): Outcome {
		if (input.mode === 'replay') return this.#replayOps(input);
		const judge = this.#judge(input.actor, input.commandMark);
		let values = this.values;
		const faults: Fault[] = [];
		for (const edit of input.edits) {
			const judged = judgeEdit(judge, this.#matter.serverKind.kind, values, edit);
			if (judged.ok) values = { ...values, [edit.field]: judged.value };
			else faults.push(judged.fault);
		}
		if (faults.length === 0) faults.push(...(judge.serverKind.kind.check?.(values) ?? []));
		if (faults.length > 0) return { status: 'refused', faults };
		for (const { field } of input.edits) this.#replaces(field);
		this.#adopt(values, input.actor, input.source);
		return { status: 'taken', notices: [] };
	}

	#replayOps({ edits, ...input }: Extract<Input, { type: 'ops' }>): Outcome {
		const judge = this.#judge(input.actor, input.commandMark);
		const draft = this.#draft(judge, 'replay');
		for (const edit of piecesOf(judge.serverKind.kind, edits)) {
			if (draft.takeEdit(edit)) this.#replaces(edit.field);
		}
		return this.#finish(draft, input);
	}

	#replaces(field: string): void {
		if (this.#matter.serverKind.kind.fields[field]?.shape === 'richText') this.written.add(field);
	}

	#takeUpdate(input: Extract<Input, { type: 'update' }>): Outcome {
		const { doc, serverKind, facts } = this.#matter;
		if (!doc) throw new Error('an update needs a document');
		for (const client of newClients(input.update, doc)) {
			if (facts.ownerOf(client) !== input.actor.id) {
				return { status: 'malformed', reason: 'client id of somebody else' };
			}
		}
		const checked = precheck(input.update, doc, serverKind.kind);
		if (!checked.ok) return { status: 'malformed', reason: checked.reason };
		const texts = textsAmong(serverKind.kind, checked.roots, input.update);
		const origin = Symbol('input');
		const undo = texts.map((name) => ({ name, manager: undoOf(doc, name, origin) }));
		const applied = applyAttempts(doc, serverKind.kind, input.update, origin);
		const judge = this.#judge(input.actor, null);
		const draft = this.#draft(judge, input.mode, input.seen);
		for (const attempt of applied.attempts) draft.take(attempt);
		for (const { name, manager } of undo) {
			if (applied.texts.includes(name)) draft.takeText(doc, name, manager);
			manager.clear();
			manager.destroy();
		}
		return this.#finish(draft, { actor: input.actor, source: 'live' });
	}

	#draft(judge: Judge, mode: 'live' | 'replay', seen?: Readonly<Record<string, unknown>>): Draft {
		const writerOf = (field: string) =>
			this.changes.findLast((change) => change.field === field && !change.conflict)?.actor ?? null;
		return new Draft(this.values, judge, { mode, writerOf, seen });
	}

	#finish(draft: Draft, { actor, source }: Pick<Change, 'actor' | 'source'>): Outcome {
		draft.checkTogether();
		this.#adopt(draft.values, actor, source);
		for (const { type, field, value, current } of draft.verdicts) {
			if (type !== 'conflict') continue;
			this.changes.push({ actor, source, field, old: current, new: value, conflict: true });
		}
		return { status: 'taken', notices: draft.verdicts };
	}

	#judge(actor: Actor, commandMark: string | null): Judge {
		const { serverKind, row, facts } = this.#matter;
		return {
			serverKind,
			actor,
			facts,
			commandMark,
			values: this.values,
			writable: commandMark === null ? serverKind.writable(actor, row, this.values) : 'all'
		};
	}

	#adopt(values: RecordValues, actor: Actor, source: Source): void {
		for (const name of Object.keys(this.#matter.serverKind.kind.fields)) {
			const [old, fresh] = [this.values[name] ?? null, values[name] ?? null];
			if (!isSame(old, fresh)) {
				this.changes.push({ actor, source, field: name, old, new: fresh, conflict: false });
			}
		}
		this.values = values;
	}
}

/** Texts that an update may change; a deletion does not say where. */
function textsAmong(
	kind: RecordKind,
	roots: ReadonlySet<string>,
	{ deletions }: DecodedUpdate
): readonly string[] {
	return liveFields(kind)
		.filter(([name, { shape }]) => shape === 'richText' && (roots.has(name) || deletions.size > 0))
		.map(([name]) => name);
}

const undoOf = (doc: Y.Doc, name: string, origin: symbol) =>
	new Y.UndoManager(doc.getXmlFragment(name), {
		trackedOrigins: new Set([origin]),
		captureTimeout: 0
	});
