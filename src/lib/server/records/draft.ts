import type * as Y from 'yjs';
import { emptyOf, entriesOf, idsOf, readField, SCALARS } from '#lib/records/document.ts';
import { readFragment } from '#lib/records/fragment.ts';
import type { ListField, ScalarField, SetField } from '#lib/records/kind.ts';
import type { Edit, Fault, FieldValue, RecordValues } from '#lib/records/values.ts';
import type { Actor } from '#lib/shared/actor.ts';
import { plainJson } from '#lib/shared/json.ts';
import { isSame } from '#lib/shared/same.ts';
import type { Attempt } from './structs.ts';
import {
	judgeEdit,
	judgeEntry,
	judgeMember,
	judgeScalar,
	judgeSize,
	mayWrite,
	type Judge
} from './judge.ts';
import { isRemoval, wishOf } from './pieces.ts';
import type { Verdict } from './settlement.ts';

/** Who wrote a field last among the inputs before this one; null when none of them did. */
type WriterOf = (field: string) => Actor | null;

interface DraftOptions {
	readonly mode: 'live' | 'replay';
	readonly writerOf: WriterOf;
	/** What stood in fields when the author began to write in them. */
	readonly seen?: Readonly<Record<string, unknown>> | undefined;
}

/** What one input makes of the values, and what people must be told of it. */
export class Draft {
	values: RecordValues;
	readonly verdicts: Verdict[] = [];
	readonly #before: RecordValues;
	readonly #judge: Judge;
	readonly #mode: 'live' | 'replay';
	readonly #writerOf: WriterOf;
	readonly #seen: Readonly<Record<string, unknown>>;
	readonly #touched = new Set<string>();

	constructor(values: RecordValues, judge: Judge, { mode, writerOf, seen = {} }: DraftOptions) {
		this.values = values;
		this.#before = values;
		this.#judge = judge;
		this.#mode = mode;
		this.#writerOf = writerOf;
		this.#seen = seen;
	}

	/** Takes one operation of a replay; true when it counted. */
	takeEdit(edit: Edit): boolean {
		const { kind } = this.#judge.serverKind;
		const judged = judgeEdit(this.#judge, kind, this.values, edit);
		if (judged.ok) this.#put(edit.field, judged.value);
		else if (judged.fault.code === 'stale') {
			if (isRemoval(edit)) return false;
			const { value, current } = wishOf(kind, this.values, edit);
			this.#tell('conflict', edit.field, value, current);
		} else this.#reject(judged.fault, wishOf(kind, this.values, edit).value);
		return judged.ok;
	}

	take(attempt: Attempt): void {
		const name = attempt.root === SCALARS ? attempt.key : attempt.root;
		const field = this.#judge.serverKind.kind.fields[name];
		if (field?.shape === 'scalar') this.#takeScalar(name, field, attempt);
		else if (field?.shape === 'set') this.#takeMember(name, field, attempt);
		else if (field?.shape === 'list') this.#takeEntry(name, field, attempt);
	}

	/** Keeps a text as it now is, or takes back exactly what this update did to it. */
	takeText(doc: Y.Doc, name: string, manager: Y.UndoManager): void {
		const field = this.#judge.serverKind.kind.fields[name];
		if (field?.shape !== 'richText') return;
		const current = this.values[name] ?? null;
		const text = doc.getXmlFragment(name);
		const parsed = readFragment(text, field.maxBytes);
		const may = mayWrite(this.#judge, name);
		if (parsed.ok && may) {
			this.#put(name, parsed.value);
			return;
		}
		if (parsed.ok && isSame(parsed.value, current)) return;
		manager.undo();
		if (!isSame(readField(doc, name, field), current))
			throw new Error('text could not be taken back');
		const code = may && !parsed.ok ? parsed.code : 'not_writable';
		this.#reject({ field: name, code }, parsed.ok ? parsed.value : null);
	}

	/** Undoes those keys of this update that do not go together with the rest. */
	checkTogether(): void {
		for (const fault of this.#judge.serverKind.kind.check?.(this.values) ?? []) {
			if (!this.#touched.has(fault.field)) continue;
			const wanted = this.values[fault.field] ?? null;
			this.values = { ...this.values, [fault.field]: this.#before[fault.field] ?? null };
			this.#reject(fault, wanted);
		}
	}

	#takeScalar(name: string, field: ScalarField, attempt: Attempt): void {
		const current = this.values[name] ?? emptyOf(field);
		const wanted = attempt.incoming?.value;
		const judged = judgeScalar(this.#judge, name, field, { from: current, to: wanted });
		if (!judged.ok) this.#reject(judged.fault, wanted);
		else if (isSame(judged.value, current) || !this.#isUnseen(name, field, attempt, current))
			this.#put(name, judged.value);
		else if (this.#mode === 'replay') this.#tell('conflict', name, judged.value, current);
		else {
			this.#put(name, judged.value);
			this.#tell('overtaken', name, current, judged.value);
		}
	}

	/** Yjs knows what had reached the author's copy; only he knows what he saw while he was writing. */
	#isUnseen(name: string, field: ScalarField, attempt: Attempt, current: FieldValue): boolean {
		if (attempt.concurrent || this.#mode === 'replay' || !Object.hasOwn(this.#seen, name))
			return attempt.concurrent;
		const seen = field.parse(this.#seen[name]);
		return seen.ok && !isSame(seen.value, current);
	}

	#takeMember(name: string, field: SetField, { key, incoming }: Attempt): void {
		const ids = idsOf(this.values[name]);
		const others = ids.filter((id) => id !== key);
		const wanted = incoming ? [...others, key].sort() : others;
		if (wanted.length === ids.length) return;
		const fault =
			judgeMember(this.#judge, name, key, incoming !== null) ??
			(incoming ? judgeSize(name, field, wanted.length) : null);
		// Taking away is nothing that could be kept.
		if (fault) this.#reject(fault, incoming ? [key] : null);
		else this.#put(name, wanted);
	}

	#takeEntry(name: string, field: ListField, attempt: Attempt): void {
		const { key, incoming } = attempt;
		const entries = entriesOf(this.values[name]);
		const judged = judgeEntry(this.#judge, name, field, {
			from: entries[key] ?? null,
			to: incoming ? { value: incoming.value } : null
		});
		const { [key]: old, ...others } = entries;
		const wanted = judged.ok && judged.value ? { ...others, [key]: judged.value } : others;
		const sent = incoming ? { [key]: incoming.value } : null;
		const tooMany = judgeSize(name, field, Object.keys(wanted).length);
		if (!judged.ok) this.#reject(judged.fault, sent);
		else if (tooMany && !old) this.#reject(tooMany, sent);
		else if (isSame(wanted, entries) || !attempt.concurrent) this.#put(name, wanted);
		else {
			const present = old ? { [key]: old } : {};
			if (this.#mode === 'replay') this.#tell('conflict', name, sent, present);
			else {
				this.#put(name, wanted);
				this.#tell('overtaken', name, present, sent);
			}
		}
	}

	#put(name: string, value: FieldValue): void {
		this.values = { ...this.values, [name]: value };
		this.#touched.add(name);
	}

	#reject(fault: Fault, sent: unknown): void {
		const current = this.values[fault.field] ?? null;
		const { field } = fault;
		const value = asSent(sent);
		this.verdicts.push({ type: 'rejected', field, fault, value, current, rival: null });
	}

	#tell(type: 'conflict' | 'overtaken', field: string, one: unknown, other: unknown): void {
		const [value, current, rival] = [asSent(one), asSent(other), this.#writerOf(field)];
		this.verdicts.push({ type, field, fault: null, value, current, rival });
	}
}

/** What was sent goes back to its author as it came, of its field's form or not. */
const asSent = (sent: unknown) => plainJson(sent) as FieldValue;
