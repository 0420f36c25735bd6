import { and, inArray, isNull, sql, type SQL } from 'drizzle-orm';
import { departmentScope } from '#lib/features/users/scope.server.ts';
import { placedBy } from '#lib/records/placed.ts';
import type { Place, RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { existingDepartments, inDepartment, membersOf } from '#lib/server/db/referable.ts';
import {
	clientTypes,
	departments,
	industries,
	leadCompanyEmails,
	leadCompanyPhones,
	leadConversions,
	leadEmails,
	leadIndustries,
	leadPhones,
	leads,
	leadSources,
	leadTags,
	tags,
	users
} from '#lib/server/db/tables/index.ts';
import { emailList, phoneList } from '#lib/server/records/entry-lists.ts';
import { defineServerKind, type Row } from '#lib/server/records/kind.ts';
import { leadNotices } from './events.ts';
import {
	canCreateLead,
	canDeleteLead,
	canEditLead,
	canReadLead,
	type LeadRights
} from './policy.ts';
import { leadKind } from './record.ts';

/** Leads on the record engine: where their fields lie, who may see and write them. */
export const leadRecords = defineServerKind({
	kind: leadKind,
	table: leads,
	columns: {
		firstName: { columns: ['firstName'] },
		middleName: { columns: ['middleName'] },
		lastName: { columns: ['lastName'] },
		title: { columns: ['title'] },
		companyName: { columns: ['companyName'] },
		website: { columns: ['website'] },
		place: {
			columns: ['country', 'city'],
			toColumns: (value) => ({ country: placeOf(value).country, city: placeOf(value).city }),
			fromRow: (row) => {
				const { country, city } = rowOf(row);
				return country === null && city === null ? null : { country, city };
			}
		},
		region: { columns: ['region'] },
		district: { columns: ['district'] },
		address: { columns: ['address'] },
		type: { columns: ['typeId'] },
		source: { columns: ['sourceId'] },
		sex: { columns: ['sex'] },
		bornOn: { columns: ['bornOn'] },
		lastContactOn: { columns: ['lastContactOn'] },
		disqualified: { columns: ['disqualified'] },
		unsubscribed: { columns: ['unsubscribed'] },
		owner: { columns: ['ownerId'] },
		department: { columns: ['departmentId'] }
	},
	sets: {
		industries: {
			table: leadIndustries,
			record: leadIndustries.leadId,
			member: leadIndustries.industryId
		},
		tags: { table: leadTags, record: leadTags.leadId, member: leadTags.tagId }
	},
	lists: {
		emails: emailList(leadEmails, leadEmails.leadId),
		phones: phoneList(leadPhones, leadPhones.leadId),
		companyEmails: emailList(leadCompanyEmails, leadCompanyEmails.leadId),
		companyPhones: phoneList(leadCompanyPhones, leadCompanyPhones.leadId)
	},
	richTexts: { notes: { json: 'notes', text: 'notesText' } },
	names: {
		type: clientTypes.name,
		source: leadSources.name,
		industries: industries.name,
		tags: tags.name,
		owner: users.name,
		department: departments.name
	},
	search: {
		title: leads.fullName,
		names: sql`(coalesce(${leads.fullName}, '') || ' ' || coalesce(${leads.companyName}, ''))`,
		emails: { table: leadEmails, of: leadEmails.leadId, address: leadEmails.address },
		phones: { table: leadPhones, of: leadPhones.leadId, raw: leadPhones.raw },
		detail: sql`${leads.companyName}`,
		joins: sql``
	},
	visibleTo: (actor) => departmentScope(actor, 'lead', leads),
	mayRead: (actor, row) => canReadLead(actor, rowOf(row)),
	writable: (actor, row, values) =>
		canEditLead(actor, leadRightsOf(row, values)) ? 'all' : 'none',
	mayCreate: (actor, values) => canCreateLead(actor, placedBy(values).departmentId),
	mayDelete: (actor, row, values) => canDeleteLead(actor, leadRightsOf(row, values)),
	referable(ctx, field, candidates, row, values) {
		const departmentId = placedBy(values).departmentId ?? (row && rowOf(row).departmentId);
		const wanted = { ids: candidates, departmentId };
		switch (field) {
			case 'type':
				return inDepartment(ctx, clientTypes, wanted);
			case 'source':
				return inDepartment(ctx, leadSources, wanted);
			case 'industries':
				return inDepartment(ctx, industries, wanted);
			case 'tags':
				return inDepartment(ctx, tags, wanted);
			case 'owner':
				return membersOf(ctx, wanted);
			case 'department':
				return existingDepartments(ctx, candidates);
			default:
				throw new Error(`lead.${field} refers to nothing`);
		}
	},
	referableBy: ['department'],
	notices: leadNotices,
	topics(row) {
		const { departmentId, ownerId } = rowOf(row);
		return ownerId
			? [`lead:department:${departmentId}`, `lead:user:${ownerId}`]
			: [`lead:department:${departmentId}`];
	},
	/** Whether it has become a contact: a conversion is a row of its own. */
	async beside(ctx: Ctx, rows: readonly Row[]) {
		const ids = rows.map(({ id }) => id);
		if (ids.length === 0) return new Map();
		const converted = await ctx.db
			.select({ id: leadConversions.leadId })
			.from(leadConversions)
			.where(and(inArray(leadConversions.leadId, ids), isNull(leadConversions.undoneAt)));
		return new Map(converted.map(({ id }) => [id, { isConverted: true }]));
	}
});

/** Condition for leads that have become contacts; written out, because drizzle leaves tables away where there is but one. */
export const isConverted: SQL<boolean> = sql<boolean>`exists (
	select from lead_conversions where lead_id = leads.id and undone_at is null)`;

/** What the rights on a lead depend on, from a row and its values as the engine hands them out. */
export function leadRightsOf(row: Row, values: RecordValues): LeadRights {
	const { ownerId, departmentId } = rowOf(row);
	return { ownerId, departmentId, isConverted: values['isConverted'] === true };
}

// The engine hands out rows of this very table; it only knows them by shape.
const rowOf = (row: Row) => row as unknown as typeof leads.$inferSelect;

// Of this field's type: place() has parsed it.
const placeOf = (value: RecordValues[string]): Place =>
	(value as Place | null) ?? { country: null, city: null };
