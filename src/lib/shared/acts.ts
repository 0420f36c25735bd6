/**
 * Every act that the history knows. Whoever writes another one names it here first, and the audit then asks for
 * its words in every language.
 */
export const ACTS = [
	// Of every record and of what is none.
	...(['create', 'edit', 'trash', 'restore', 'remove'] as const),
	// Lists and rights.
	...(['merge', 'entry.merged', 'city.merged', 'grant', 'renew_token'] as const),
	...(['mail_domain.added', 'mail_domain.removed'] as const),
	// Beside a record.
	...(['comment.added', 'comment.edited', 'comment.removed', 'comment.moved'] as const),
	...(['file.added', 'file.removed', 'file.restored', 'file.moved', 'file.missing'] as const),
	...(['picture.set', 'picture.removed'] as const),
	// Deals, and what stands beside them.
	...(['deal.closed', 'deal.closing_changed', 'deal.reopened', 'deal.transferred'] as const),
	...(['deal.begun_from_request', 'quality.noted', 'quality.taken_back'] as const),
	...(['item.added', 'item.changed', 'item.removed'] as const),
	...(['item.planned', 'item.shipped', 'item.unshipped'] as const),
	...(['payment.added', 'payment.changed', 'payment.removed'] as const),
	...(['payment.set_aside', 'payment.expected_again'] as const),
	// Requests and leads.
	...(['request.links_verified', 'request.copied', 'request.deal_created'] as const),
	...(['request.marked_duplicate', 'request.unmarked_duplicate'] as const),
	...(['request.marked_case', 'request.unmarked_case'] as const),
	...(['request.case_closed', 'request.case_activated'] as const),
	...(['lead.converted', 'lead.conversion_undone'] as const),
	// Two that become one.
	...(['company.merged', 'company.merged_away', 'company.merge_undone'] as const),
	...(['contact.merged', 'contact.merged_away', 'contact.merge_undone'] as const),
	...(['lead.merged', 'lead.merged_away', 'lead.merge_undone'] as const),
	// Accounts.
	...(['change_password', 'make_password_link', 'reset_password', 'end_session'] as const),
	...(['begin_factor', 'add_factor', 'remove_factor', 'reset_factors'] as const),
	...(['renew_recovery_codes', 'use_recovery_code'] as const),
	...(['invite_again', 'revoke', 'accept'] as const),
	...(['issue_set_up_token', 'redeem_set_up_token'] as const),
	// The installation.
	...(['retry_job', 'drop_job', 'remove_demo', 'export', 'export_audit'] as const),
	...(['change_mail_password', 'remove_mail_server', 'send_mail_again', 'mail_arrived'] as const),
	// Privacy.
	...(['privacy.erasure_asked', 'privacy.erased', 'privacy.blanked'] as const),
	...(['privacy.redacted', 'privacy.export_asked', 'privacy.exported'] as const)
] as const;

export type Act = (typeof ACTS)[number];

/** What is done with this noun: "closed" of "deal.closed". */
export type ActOf<Noun extends string, One = Act> = One extends `${Noun}.${infer Name}`
	? Name
	: never;
