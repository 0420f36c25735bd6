import { isId } from '#lib/shared/ids.ts';
import type { Json } from '#lib/shared/json.ts';
import type { KindName } from './kind.ts';
import type { RecordValues } from './values.ts';

/** A change as the history has it. */
export interface ToldChange {
	readonly kind: string;
	readonly recordId: string;
	readonly act: string;
	readonly field: string | null;
	readonly old: Json;
	readonly new: Json;
	readonly actorId: string | null;
	/** It lost against a newer value and was kept for its author. */
	readonly conflict: boolean;
}

/** The record as it is when people are told. */
export interface ToldRecord {
	readonly row: Readonly<Record<string, unknown>>;
	readonly values: RecordValues;
}

/** What somebody is to a record, and so why he is told of it. */
export const NOTICE_REASONS = [
	'owner',
	'co_owner',
	'responsible',
	'subscriber',
	'mentioned',
	'reminder',
	'author',
	'administrator'
] as const;
export type NoticeReason = (typeof NOTICE_REASONS)[number];

/** Somebody who is told, and why. */
export interface Told {
	readonly userId: string;
	readonly reason: NoticeReason;
}

/** What a sentence about a change is made of. */
export interface NoticeWords {
	/** Who did it, in the reader's language also when nobody did. */
	readonly who: string;
	readonly title: string;
	readonly params: Readonly<Record<string, string>>;
}

interface Language {
	readonly locale?: 'en' | 'de';
}

/** Something that people are told of, in words and as a choice of theirs. */
export interface Notice {
	/** Preferences go by this name. */
	readonly act: string;
	/** Whether it is mailed to whoever has not said what he wants. */
	readonly byMail: boolean;
	/** As a choice: "A deal is given to me". */
	readonly label: () => string;
	readonly says: (words: NoticeWords, language: Language) => string;
	/** Where it leads, when not to the record. */
	readonly href?: string;
	/** It says the reader's own words, which he may read whatever has become of the record. */
	readonly isOwn?: true;
}

/** What of a kind's changes people are told, declared by the feature whose act it is: which, and who. */
export interface NoticeRule extends Notice {
	readonly kind: KindName;
	/** Fields whose change it is about, and with which a record may begin. */
	readonly fields?: readonly string[];
	/** Of records that begin, those that it may be about; many begin at once. */
	readonly begins?: (values: Json) => boolean;
	/** Acts of commands that it is about. */
	readonly acts?: readonly string[];
	/** It is about what was typed and lost against a newer value: its author is told, who was away. */
	readonly ofConflicts?: true;
	/** Everybody whom this concerns; whoever did it is left out later. */
	readonly to: (change: ToldChange, record: ToldRecord) => readonly Told[];
	readonly params?: (change: ToldChange, record: ToldRecord) => Readonly<Record<string, string>>;
}

/** Who stands in this field now and did not before; at the beginning of a record, everybody who does. */
export function newlyNamed(change: ToldChange, field: string): readonly string[] {
	if (change.act === 'create') return idsIn(fieldOf(change.new, field));
	if (change.field !== field) return [];
	const before = new Set(idsIn(change.old));
	return idsIn(change.new).filter((id) => !before.has(id));
}

/** Whether somebody might have to be told: a look at the change alone, for whoever writes it. */
export const concernsPeople = (rules: readonly NoticeRule[], change: ToldChange): boolean =>
	change.conflict || rules.some((rule) => isAbout(rule, change));

/** Whether this rule is about that change. */
export function isAbout(rule: NoticeRule, change: ToldChange): boolean {
	const { fields = [], acts = [], ofConflicts = false } = rule;
	if (rule.kind !== change.kind) return false;
	if (change.conflict || ofConflicts) return change.conflict && ofConflicts;
	if (change.act === 'create') {
		const isOthers = (field: string) =>
			newlyNamed(change, field).some((userId) => userId !== change.actorId);
		return fields.some(isOthers) && (rule.begins?.(change.new) ?? true);
	}
	if (change.act === 'edit') return change.field !== null && fields.includes(change.field);
	return acts.includes(change.act);
}

/** What a record begins with in this field. */
export const fieldOf = (values: Json, field: string): Json =>
	values !== null && typeof values === 'object' && !Array.isArray(values)
		? ((values as Readonly<Record<string, Json>>)[field] ?? null)
		: null;

const idsIn = (value: Json): readonly string[] => [value].flat().filter(isId);
