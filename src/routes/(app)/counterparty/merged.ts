import type { Hanging } from '#lib/features/merge/queries.server.ts';
import { m } from '#lib/messages/messages.js';
import type { Json } from '#lib/shared/json.ts';
import type { Acts } from '#lib/ui/record/change-words.ts';

const nameIn = (value: Json): string => {
	const name =
		typeof value === 'object' && value !== null && 'name' in value ? value['name'] : undefined;
	return typeof name === 'string' ? name : '';
};

const merged: Acts[string] = ({ new: other }) => m.merge_act_merged({ name: nameIn(other) });
const apart: Acts[string] = ({ new: other }) => m.merge_act_undone({ name: nameIn(other) });

/** What merging did to a record, in words that follow a name. */
export const mergeActs: Acts = {
	'company.merged': merged,
	'contact.merged': merged,
	'lead.merged': merged,
	'company.merge_undone': apart,
	'contact.merge_undone': apart,
	'lead.merge_undone': apart
};

/** How many of what hangs on a record, in words. */
export const HANGING: Readonly<Record<Hanging, (inputs: { count: number }) => string>> = {
	request: m.merge_hanging_request,
	deal: m.merge_hanging_deal,
	lead: m.merge_hanging_lead,
	company: m.merge_hanging_other,
	contact: m.merge_hanging_contact,
	task: m.merge_hanging_other,
	project: m.merge_hanging_other,
	product: m.merge_hanging_other,
	file: m.merge_hanging_file,
	comment: m.merge_hanging_comment,
	reminder: m.merge_hanging_reminder
};
