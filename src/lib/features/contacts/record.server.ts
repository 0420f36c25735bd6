import { eq, sql } from 'drizzle-orm';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { departmentScope } from '#lib/features/users/scope.server.ts';
import { placedBy } from '#lib/records/placed.ts';
import type { Place, RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import {
	existingDepartments,
	inDepartment,
	membersOf,
	visibleRecords
} from '#lib/server/db/referable.ts';
import {
	companies,
	contactEmails,
	contactPhones,
	contacts,
	contactTags,
	departments,
	leadSources,
	tags,
	users
} from '#lib/server/db/tables/index.ts';
import { emailList, phoneList } from '#lib/server/records/entry-lists.ts';
import { defineServerKind, type Row } from '#lib/server/records/kind.ts';
import { canCreateContact, canDeleteContact, canEditContact, canReadContact } from './policy.ts';
import { contactNotices } from './events.ts';
import { contactKind } from './record.ts';

/** Contacts on the record engine: where their fields lie, who may see and write them. */
export const contactRecords = defineServerKind({
	kind: contactKind,
	table: contacts,
	columns: {
		firstName: { columns: ['firstName'] },
		middleName: { columns: ['middleName'] },
		lastName: { columns: ['lastName'] },
		title: { columns: ['title'] },
		sex: { columns: ['sex'] },
		bornOn: { columns: ['bornOn'] },
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
		source: { columns: ['sourceId'] },
		lastContactOn: { columns: ['lastContactOn'] },
		disqualified: { columns: ['disqualified'] },
		unsubscribed: { columns: ['unsubscribed'] },
		company: { columns: ['companyId'] },
		owner: { columns: ['ownerId'] },
		department: { columns: ['departmentId'] }
	},
	sets: {
		tags: { table: contactTags, record: contactTags.contactId, member: contactTags.tagId }
	},
	lists: {
		emails: emailList(contactEmails, contactEmails.contactId),
		phones: phoneList(contactPhones, contactPhones.contactId)
	},
	richTexts: { notes: { json: 'notes', text: 'notesText' } },
	names: {
		source: leadSources.name,
		tags: tags.name,
		company: companies.name,
		owner: users.name,
		department: departments.name
	},
	search: {
		title: contacts.fullName,
		names: sql`${contacts.fullName}`,
		emails: { table: contactEmails, of: contactEmails.contactId, address: contactEmails.address },
		phones: { table: contactPhones, of: contactPhones.contactId, raw: contactPhones.raw },
		detail: sql`coalesce(${companies.name}, ${contacts.title})`,
		joins: sql`left join ${companies} on ${companies.id} = ${contacts.companyId}`
	},
	notices: contactNotices,
	visibleTo: (actor) => departmentScope(actor, 'contact', contacts),
	mayRead: (actor, row) => canReadContact(actor, rowOf(row)),
	writable: (actor, row) => (canEditContact(actor, rowOf(row)) ? 'all' : 'none'),
	mayCreate: (actor, values) => canCreateContact(actor, placedBy(values).departmentId),
	mayDelete: (actor, row) => canDeleteContact(actor, rowOf(row)),
	referable(ctx, field, candidates, row, values) {
		const departmentId = placedBy(values).departmentId ?? (row && rowOf(row).departmentId);
		const wanted = { ids: candidates, departmentId };
		switch (field) {
			case 'source':
				return inDepartment(ctx, leadSources, wanted);
			case 'tags':
				return inDepartment(ctx, tags, wanted);
			case 'company':
				return visibleRecords(ctx, companies, candidates, companyRecords.visibleTo(ctx.actor));
			case 'owner':
				return ownersAmong(ctx, wanted, values.company);
			case 'department':
				return existingDepartments(ctx, candidates);
			default:
				throw new Error(`contact.${field} refers to nothing`);
		}
	},
	referableBy: ['department', 'company'],
	topics(row) {
		const { departmentId, ownerId } = rowOf(row);
		return ownerId
			? [`contact:department:${departmentId}`, `contact:user:${ownerId}`]
			: [`contact:department:${departmentId}`];
	}
});

// The engine hands out rows of this very table; it only knows them by shape.
const rowOf = (row: Row) => row as unknown as typeof contacts.$inferSelect;

// Of this field's type: place() has parsed it.
const placeOf = (value: RecordValues[string]): Place =>
	(value as Place | null) ?? { country: null, city: null };

/** Members of the department, and whoever owns the contact's company: the contact follows it. */
async function ownersAmong(
	ctx: Ctx,
	wanted: { ids: readonly string[]; departmentId: string | null },
	companyId: RecordValues[string] | undefined
): Promise<ReadonlySet<string>> {
	const members = await membersOf(ctx, wanted);
	if (typeof companyId !== 'string' || members.size === wanted.ids.length) return members;
	const owners = await ctx.db
		.select({ id: companies.ownerId })
		.from(companies)
		.where(eq(companies.id, companyId));
	return new Set([...members, ...owners.flatMap(({ id }) => id ?? [])]);
}
