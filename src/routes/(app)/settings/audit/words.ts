import { typedOf } from '#lib/features/activity/model.ts';
import type { AuditEntry } from '#lib/features/activity/queries.server.ts';
import { m } from '#lib/messages/messages.js';
import type { Json } from '#lib/shared/json.ts';
import type { Format } from '#lib/ui/format.ts';
import { valueInWords } from '#lib/ui/record/value-words.ts';
import { shellKind } from '../../shell/kinds.ts';
import { choiceNames } from '../../work/words.ts';

const OBJECTS: Readonly<Record<string, () => string>> = {
	user: m.audit_kind_user,
	role: m.audit_kind_role,
	department: m.audit_kind_department,
	pipeline: m.audit_kind_pipeline,
	stage: m.audit_kind_stage,
	tag: m.audit_kind_tag,
	industry: m.audit_kind_industry,
	clientType: m.audit_kind_client_type,
	leadSource: m.audit_kind_lead_source,
	qualitySignal: m.quality_signal,
	closingReason: m.audit_kind_closing_reason,
	apiKey: m.audit_kind_api_key,
	invitation: m.audit_kind_invitation,
	installation: m.audit_kind_installation
};

/** What the kind of an object is called; a kind that this page does not know is called as it is. */
export const kindName = (kind: string): string =>
	(shellKind(kind)?.label ?? OBJECTS[kind] ?? (() => kind))();

/** Kinds to choose from. */
export const objectKinds = (): readonly string[] => Object.keys(OBJECTS);

const ACTS: Readonly<Record<string, () => string>> = {
	create: m.audit_act_create,
	edit: m.audit_act_edit,
	trash: m.audit_act_trash,
	restore: m.audit_act_restore,
	remove: m.audit_act_remove,
	'file.added': m.audit_act_file_added,
	'file.removed': m.audit_act_file_removed,
	'file.restored': m.audit_act_file_restored,
	'file.missing': m.audit_act_file_missing,
	'comment.added': m.audit_act_comment_added,
	'comment.edited': m.audit_act_comment_edited,
	'comment.removed': m.audit_act_comment_removed,
	'picture.set': m.audit_act_picture_set,
	'picture.removed': m.audit_act_picture_removed,
	'privacy.erasure_asked': m.privacy_act_erasure_asked,
	'privacy.erased': m.privacy_act_erased,
	'privacy.blanked': m.privacy_act_blanked,
	'privacy.redacted': m.privacy_act_redacted,
	'privacy.export_asked': m.privacy_act_export_asked,
	'privacy.exported': m.privacy_act_exported,
	export_audit: m.audit_act_export,
	export: m.exports_act
};

/** What was done; an act that this page does not know is called as it is. */
export const actName = (act: string): string => (ACTS[act] ?? (() => act.replace(/[._]/g, ' ')))();

export const actChoices = (): readonly string[] => Object.keys(ACTS);

const SOURCES: Readonly<Record<string, () => string>> = {
	live: m.history_source_live,
	form: m.history_source_form,
	api: m.history_source_api,
	job: m.history_source_job,
	import: m.records_change_imported,
	undo: m.history_source_undo
};

export const sourceName = (source: string): string => SOURCES[source]?.() ?? '';

export const fieldName = ({ kind, field }: AuditEntry): string =>
	field === null ? '' : (shellKind(kind)?.labels()[field] ?? field);

/** A value as one reads it; a whole record field by field. */
export function valueText(
	{ kind, field, act }: AuditEntry,
	value: Json,
	words: { readonly names: Readonly<Record<string, string>>; readonly format: Format }
): string {
	const known = shellKind(kind);
	const named = { ...words, names: { ...choiceNames([]), ...words.names } };
	if (act.startsWith('comment.') || act.startsWith('file.')) return told(value, words.names);
	if (field !== null) return valueInWords(value, known?.kind.fields[field], named);
	if (act !== 'create' || !known || typeof value !== 'object' || value === null) {
		return valueInWords(value, undefined, named);
	}
	return Object.entries(value as Readonly<Record<string, Json>>)
		.map(([name, part]) => [
			known.labels()[name] ?? name,
			valueInWords(part, known.kind.fields[name], named)
		])
		.filter(([, text]) => text !== '')
		.map(([name, text]) => `${name}: ${text}`)
		.join('\n');
}

/** What was said, or what the file is called: the rest of such an entry is for programs. */
function told(value: Json, names: Readonly<Record<string, string>>): string {
	if (typeof value !== 'object' || value === null) return '';
	const { text, name } = value as Readonly<Record<string, Json>>;
	if (typeof text === 'string') return typedOf({ body: text, names });
	return typeof name === 'string' ? name : '';
}
