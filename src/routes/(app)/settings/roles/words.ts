import type { Entity, Scope, Verb } from '#lib/shared/actor.ts';
import { byKind } from '#lib/shared/kinds.ts';
import { m } from '#lib/messages/messages.js';
import { KIND_LOOKS } from '#lib/ui/kinds.ts';

/** What a right is about, as a heading. */
export const NOUNS: Readonly<Record<Entity, () => string>> = {
	...byKind((kind) => KIND_LOOKS[kind].many),
	lineItem: m.shipments_items,
	shipment: m.shipments_title,
	payment: m.payments_title,
	import: m.imports_title,
	export: m.exports_title,
	tag: m.settings_list_tags,
	city: m.cities_title,
	currency: m.currencies_title,
	qualitySignal: m.quality_signals,
	stopPhrase: m.capture_noun_stop_phrases,
	privacy: m.privacy_title,
	settings: m.users_noun_settings,
	user: m.users_noun_user
};

const VERBS: Readonly<Record<Verb, () => string>> = {
	create: m.users_verb_create,
	read: m.users_verb_read,
	update: m.users_verb_update,
	delete: m.users_verb_delete,
	steer: m.users_verb_steer,
	assign: m.users_verb_assign
};

/** Whoever may make people may do everything with them and with their roles. */
export const verbWord = (entity: Entity, verb: Verb): string =>
	(OWN_VERBS[entity] ?? VERBS[verb])();

const OWN_VERBS: Readonly<Partial<Record<Entity, () => string>>> = {
	user: m.users_verb_manage,
	export: m.exports_verb
};

/** What a verb means that does not say it by itself. */
export function verbHint(entity: Entity, verb: Verb): string | undefined {
	if (entity === 'privacy') return verb === 'read' ? m.privacy_export() : m.privacy_erase();
	if (verb === 'assign') return m.users_verb_assign_hint();
	if (verb !== 'steer') return undefined;
	return entity === 'deal' ? m.users_verb_steer_hint() : m.users_verb_steer_work_hint();
}

const SCOPES: Readonly<Record<Scope, () => string>> = {
	own: m.users_right_own,
	department: m.users_right_department,
	all: m.users_right_all
};

/** How far a right reaches; where there is only one way to have it, whether somebody has it. */
export function scopeWord(scope: Scope | '', scopes: readonly Scope[]): string {
	if (scope === '') return m.users_right_none();
	return scopes.length === 1 ? m.users_right_whole() : SCOPES[scope]();
}
