import { sql } from 'drizzle-orm';
import { departmentScope } from '#lib/features/users/scope.server.ts';
import { placedBy } from '#lib/records/placed.ts';
import type { Place, RecordValues } from '#lib/records/values.ts';
import { existingDepartments, inDepartment, membersOf } from '#lib/server/db/referable.ts';
import {
	clientTypes,
	companies,
	companyEmails,
	companyIndustries,
	companyPhones,
	companyTags,
	departments,
	industries,
	leadSources,
	tags,
	users
} from '#lib/server/db/tables/index.ts';
import { emailList, phoneList } from '#lib/server/records/entry-lists.ts';
import { defineServerKind, type Row } from '#lib/server/records/kind.ts';
import { canCreateCompany, canDeleteCompany, canEditCompany, canReadCompany } from './policy.ts';
import { companyNotices } from './events.ts';
import { companyKind } from './record.ts';

/** Companies on the record engine: where their fields lie, who may see and write them. */
export const companyRecords = defineServerKind({
	kind: companyKind,
	table: companies,
	columns: {
		name: { columns: ['name'] },
		alternativeNames: { columns: ['alternativeNames'] },
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
		registrationNumber: { columns: ['registrationNumber'] },
		type: { columns: ['typeId'] },
		source: { columns: ['sourceId'] },
		lastContactOn: { columns: ['lastContactOn'] },
		disqualified: { columns: ['disqualified'] },
		unsubscribed: { columns: ['unsubscribed'] },
		owner: { columns: ['ownerId'] },
		department: { columns: ['departmentId'] }
	},
	sets: {
		industries: {
			table: companyIndustries,
			record: companyIndustries.companyId,
			member: companyIndustries.industryId
		},
		tags: { table: companyTags, record: companyTags.companyId, member: companyTags.tagId }
	},
	lists: {
		emails: emailList(companyEmails, companyEmails.companyId),
		phones: phoneList(companyPhones, companyPhones.companyId)
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
		title: companies.name,
		names: sql`(coalesce(${companies.name}, '') || ' ' || coalesce(${companies.alternativeNames}, ''))`,
		emails: { table: companyEmails, of: companyEmails.companyId, address: companyEmails.address },
		phones: { table: companyPhones, of: companyPhones.companyId, raw: companyPhones.raw },
		detail: sql`${companies.city}`,
		joins: sql``
	},
	notices: companyNotices,
	visibleTo: (actor) => departmentScope(actor, 'company', companies),
	mayRead: (actor, row) => canReadCompany(actor, rowOf(row)),
	writable: (actor, row) => (canEditCompany(actor, rowOf(row)) ? 'all' : 'none'),
	mayCreate: (actor, values) => canCreateCompany(actor, placedBy(values).departmentId),
	mayDelete: (actor, row) => canDeleteCompany(actor, rowOf(row)),
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
				throw new Error(`company.${field} refers to nothing`);
		}
	},
	referableBy: ['department'],
	topics(row) {
		const { departmentId, ownerId } = rowOf(row);
		return ownerId
			? [`company:department:${departmentId}`, `company:user:${ownerId}`]
			: [`company:department:${departmentId}`];
	}
});

// The engine hands out rows of this very table; it only knows them by shape.
const rowOf = (row: Row) => row as unknown as typeof companies.$inferSelect;

// Of this field's type: place() has parsed it.
const placeOf = (value: RecordValues[string]): Place =>
	(value as Place | null) ?? { country: null, city: null };
