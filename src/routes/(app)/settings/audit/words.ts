import { typedOf } from '#lib/features/activity/model.ts';
import type { AuditEntry } from '#lib/features/activity/queries.server.ts';
import { paymentActs } from '#lib/features/payments/model.ts';
import { m } from '#lib/messages/messages.js';
import type { Subject } from '#lib/server/records/announce.ts';
import { type Act, ACTS } from '#lib/shared/acts.ts';
import type { Json } from '#lib/shared/json.ts';
import type { Format } from '#lib/ui/format.ts';
import { valueInWords } from '#lib/ui/record/value-words.ts';
import { shellKind } from '../../shell/kinds.ts';
import { choiceNames } from '../../work/words.ts';
import { settingsField } from './fields.ts';

const OBJECTS: Readonly<Record<Subject, () => string>> = {
	user: m.audit_kind_user,
	role: m.audit_kind_role,
	department: m.audit_kind_department,
	pipeline: m.audit_kind_pipeline,
	stage: m.audit_kind_stage,
	tag: m.audit_kind_tag,
	industry: m.audit_kind_industry,
	clientType: m.audit_kind_client_type,
	leadSource: m.audit_kind_lead_source,
	productCategory: m.audit_kind_product_category,
	lineItem: m.audit_kind_line_item,
	payment: m.audit_kind_payment,
	qualitySignal: m.quality_signal,
	closingReason: m.audit_kind_closing_reason,
	city: m.audit_kind_city,
	stopPhrase: m.audit_kind_stop_phrase,
	bannedName: m.audit_kind_banned_name,
	apiKey: m.audit_kind_api_key,
	invitation: m.audit_kind_invitation,
	installation: m.audit_kind_installation
};

const isSubject = (kind: string): kind is Subject => Object.hasOwn(OBJECTS, kind);

/** What the kind of an object is called; a kind that this page does not know is called as it is. */
export const kindName = (kind: string): string =>
	(shellKind(kind)?.label ?? (isSubject(kind) ? OBJECTS[kind] : () => kind))();

/** Kinds to choose from. */
export const objectKinds = (): readonly string[] => Object.keys(OBJECTS);

const WORDS: Readonly<Record<Act, () => string>> = {
	create: m.audit_act_create,
	edit: m.audit_act_edit,
	trash: m.audit_act_trash,
	restore: m.audit_act_restore,
	remove: m.audit_act_remove,
	merge: m.audit_act_entry_merge,
	'entry.merged': m.audit_act_entry_merged,
	'city.merged': m.audit_act_city_merged,
	grant: m.audit_act_grant,
	renew_token: m.audit_act_renew_token,
	'mail_domain.added': m.audit_act_mail_domain_added,
	'mail_domain.removed': m.audit_act_mail_domain_removed,
	'comment.added': m.audit_act_comment_added,
	'comment.edited': m.audit_act_comment_edited,
	'comment.removed': m.audit_act_comment_removed,
	'comment.moved': m.audit_act_comment_moved,
	'file.added': m.audit_act_file_added,
	'file.removed': m.audit_act_file_removed,
	'file.restored': m.audit_act_file_restored,
	'file.moved': m.audit_act_file_moved,
	'file.missing': m.audit_act_file_missing,
	'picture.set': m.audit_act_picture_set,
	'picture.removed': m.audit_act_picture_removed,
	'deal.closed': m.audit_act_deal_closed,
	'deal.closing_changed': m.audit_act_deal_closing_changed,
	'deal.reopened': m.audit_act_deal_reopened,
	'deal.transferred': m.audit_act_deal_transferred,
	'deal.begun_from_request': m.requests_act_deal_begun,
	'quality.noted': m.audit_act_quality_noted,
	'quality.taken_back': m.audit_act_quality_taken_back,
	'item.added': m.audit_act_item_added,
	'item.changed': m.audit_act_item_changed,
	'item.removed': m.audit_act_item_removed,
	'item.planned': m.audit_act_item_planned,
	'item.shipped': m.audit_act_item_shipped,
	'item.unshipped': m.audit_act_item_unshipped,
	'request.links_verified': m.requests_act_verified,
	'request.copied': m.requests_act_copied,
	'request.deal_created': m.requests_act_deal_created,
	'request.marked_duplicate': m.requests_act_duplicate,
	'request.unmarked_duplicate': m.requests_act_not_duplicate,
	'request.marked_case': m.requests_act_case,
	'request.unmarked_case': m.requests_act_not_case,
	'request.case_closed': m.requests_act_closed,
	'request.case_activated': m.requests_act_activated,
	'lead.converted': m.leads_act_converted,
	'lead.conversion_undone': m.leads_act_undone,
	change_password: m.audit_act_change_password,
	make_password_link: m.audit_act_make_password_link,
	reset_password: m.audit_act_reset_password,
	end_session: m.audit_act_end_session,
	begin_factor: m.audit_act_begin_factor,
	add_factor: m.audit_act_add_factor,
	remove_factor: m.audit_act_remove_factor,
	reset_factors: m.audit_act_reset_factors,
	renew_recovery_codes: m.audit_act_renew_recovery_codes,
	use_recovery_code: m.audit_act_use_recovery_code,
	invite_again: m.audit_act_invite_again,
	revoke: m.audit_act_revoke,
	accept: m.audit_act_accept,
	issue_set_up_token: m.audit_act_issue_set_up_token,
	redeem_set_up_token: m.audit_act_redeem_set_up_token,
	retry_job: m.audit_act_retry_job,
	drop_job: m.audit_act_drop_job,
	remove_demo: m.audit_act_remove_demo,
	change_mail_password: m.audit_act_change_mail_password,
	remove_mail_server: m.audit_act_remove_mail_server,
	send_mail_again: m.audit_act_send_mail_again,
	mail_arrived: m.audit_act_mail_arrived,
	export: m.exports_act,
	export_audit: m.audit_act_export,
	'privacy.erasure_asked': m.privacy_act_erasure_asked,
	'privacy.erased': m.privacy_act_erased,
	'privacy.blanked': m.privacy_act_blanked,
	'privacy.redacted': m.privacy_act_redacted,
	'privacy.export_asked': m.privacy_act_export_asked,
	'privacy.exported': m.privacy_act_exported,
	'company.merged': m.audit_act_merged,
	'company.merged_away': m.audit_act_merged_away,
	'company.merge_undone': m.audit_act_merge_undone,
	'contact.merged': m.audit_act_merged,
	'contact.merged_away': m.audit_act_merged_away,
	'contact.merge_undone': m.audit_act_merge_undone,
	'lead.merged': m.audit_act_merged,
	'lead.merged_away': m.audit_act_merged_away,
	'lead.merge_undone': m.audit_act_merge_undone,
	...paymentActs
};

const isAct = (act: string): act is Act => Object.hasOwn(WORDS, act);

/** What was done, in words that follow a name; an act of another version of the program is called as it is. */
export const actName = (act: string): string =>
	isAct(act) ? WORDS[act]() : act.replace(/[._]/g, ' ');

const MERGED = /^(company|contact|lead)\.merge/;

/** Acts to choose from, in the order of their words; those of merges say of what. */
export const actChoices = () =>
	ACTS.map((act) => {
		const [, kind] = MERGED.exec(act) ?? [];
		return { value: act, label: kind ? `${actName(act)} (${kindName(kind)})` : actName(act) };
	}).sort((a, b) => a.label.localeCompare(b.label));

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
	field === null ? '' : (shellKind(kind)?.labels()[field] ?? settingsField(kind, field));

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
