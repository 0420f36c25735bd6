import type * as Y from 'yjs';
import { emptyOf, entriesOf, idsOf, readField, SCALARS } from '#lib/records/document.ts';
import { readFragment } from '#lib/records/fragment.ts';
import type { ListField, ScalarField, SetField } from '#lib/records/kind.ts';
import type { Fault, FieldValue, RecordValues } from '#lib/records/values.ts';
import type { Notice } from '#lib/records/wire.ts';
import { isSame } from '#lib/shared/same.ts';
import type { Attempt } from './attempts.ts';
import { judgeEntry, judgeMember, judgeScalar, judgeSize, mayWrite, type Judge } from './judge.ts';

type NoticeOfField = Extract<Notice, { field: string }>;

/** What one update makes of the values, and what its author must be told. */
export class Draft {
	values: RecordValues;
	readonly notices: Notice[] = [];
	readonly conflicts: NoticeOfField[] = [];
	readonly #before: RecordValues;
	readonly #judge: Judge;
	readonly #mode: 'live' | 'replay';
	readonly #touched = new Set<string>();

	constructor(values: RecordValues, judge: Judge, mode: 'live' | 'replay') {
		this.values = values;
		this.#before = values;
		this.#judge = judge;
		this.#mode = mode;
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
		// What was sent goes back to its author alone, as it came.
		if (!judged.ok) this.#reject(judged.fault, (wanted ?? null) as FieldValue);
		else if (!isSame(judged.value, current) && this.#isOvertaken(attempt)) {
			this.#conflict(name, judged.value, current);
		} else this.#put(name, judged.value);
	}

	#takeMember(name: string, field: SetField, { key, incoming }: Attempt): void {
		const ids = idsOf(this.values[name]);
		const others = ids.filter((id) => id !== key);
		const wanted = incoming ? [...others, key].sort() : others;
		if (wanted.length === ids.length) return;
		const fault =
			judgeMember(this.#judge, name, key, incoming !== null) ??
			(incoming ? judgeSize(name, field, wanted.length) : null);
		if (fault) this.#reject(fault, [key]);
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
		// As in takeScalar.
		const sent = { [key]: incoming?.value ?? null } as FieldValue;
		const tooMany = judgeSize(name, field, Object.keys(wanted).length);
		if (!judged.ok) this.#reject(judged.fault, sent);
		else if (tooMany && !old) this.#reject(tooMany, sent);
		else if (!isSame(wanted, entries) && this.#isOvertaken(attempt)) {
			this.#conflict(name, sent, old ? { [key]: old } : {});
		} else this.#put(name, wanted);
	}

	/** Written without having seen the current value, and not just now: the newer value stays. */
	#isOvertaken = (attempt: Attempt) => this.#mode === 'replay' && attempt.concurrent;

	#put(name: string, value: FieldValue): void {
		this.values = { ...this.values, [name]: value };
		this.#touched.add(name);
	}

	#reject(fault: Fault, value: FieldValue): void {
		const current = this.values[fault.field] ?? null;
		this.notices.push({ type: 'rejected', field: fault.field, fault, value, current });
	}

	#conflict(field: string, value: FieldValue, current: FieldValue): void {
		const notice: NoticeOfField = { type: 'conflict', field, fault: null, value, current };
		this.notices.push(notice);
		this.conflicts.push(notice);
	}
}
