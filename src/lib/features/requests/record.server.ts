import { and, eq, sql } from 'drizzle-orm';
import { companyRecords } from '#lib/features/companies/record.server.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import { dealRecords } from '#lib/features/deals/record.server.ts';
import { isConverted, leadRecords } from '#lib/features/leads/record.server.ts';
import { productRecords } from '#lib/features/products/record.server.ts';
import { departmentScope } from '#lib/features/users/scope.server.ts';
import { placedBy } from '#lib/records/placed.ts';
import type { Place, RecordValues } from '#lib/records/values.ts';
import {
	existingDepartments,
	inDepartment,
	membersOf,
	visibleRecords
} from '#lib/server/db/referable.ts';
import {
	companies,
	contacts,
	deals,
	departments,
	leads,
	leadSources,
	products,
	requestEmails,
	requestPhones,
	requestProducts,
	requests,
	users
} from '#lib/server/db/tables/index.ts';
import { emailList, phoneList } from '#lib/server/records/entry-lists.ts';
import { defineServerKind, type Row } from '#lib/server/records/kind.ts';
import type { Actor, Verb } from '#lib/shared/actor.ts';
import { requestNotices } from './events.ts';
import { canCreateRequest, canDeleteRequest, canEditRequest, canReadRequest } from './policy.ts';
import { requestKind } from './record.ts';

/** The expression of the trigram index, word for word. */
export const requestText = sql`(coalesce(${requests.requestFor}, '') || ' ' || coalesce(${requests.fullName}, '') || ' ' || coalesce(${requests.companyName}, '') || ' ' || coalesce(${requests.description}, '') || ' ' || coalesce(${requests.translation}, ''))`;

/** Requests on the record engine: where their fields lie, who may see and write them. */
export const requestRecords = defineServerKind({
	kind: requestKind,
	table: requests,
	columns: {
		requestFor: { columns: ['requestFor'] },
		firstName: { columns: ['firstName'] },
		middleName: { columns: ['middleName'] },
		lastName: { columns: ['lastName'] },
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
		source: { columns: ['sourceId'] },
		receivedOn: { columns: ['receivedOn'] },
		description: { columns: ['description'] },
		translation: { columns: ['translation'] },
		contact: { columns: ['contactId'] },
		company: { columns: ['companyId'] },
		lead: { columns: ['leadId'] },
		deal: { columns: ['dealId'] },
		pending: { columns: ['pending'] },
		subsequent: { columns: ['subsequent'] },
		duplicate: { columns: ['duplicate'] },
		case: { columns: ['isCase'] },
		toVerify: { columns: ['toVerify'] },
		owner: { columns: ['ownerId'] },
		coOwner: { columns: ['coOwnerId'] },
		department: { columns: ['departmentId'] }
	},
	sets: {
		products: {
			table: requestProducts,
			record: requestProducts.requestId,
			member: requestProducts.productId
		}
	},
	lists: {
		emails: emailList(requestEmails, requestEmails.requestId),
		phones: phoneList(requestPhones, requestPhones.requestId)
	},
	richTexts: { notes: { json: 'notes', text: 'notesText' } },
	names: {
		source: leadSources.name,
		products: products.name,
		contact: contacts.fullName,
		company: companies.name,
		lead: leads.fullName,
		deal: deals.name,
		owner: users.name,
		coOwner: users.name,
		department: departments.name
	},
	search: {
		title: requests.requestFor,
		names: requestText,
		ticket: requests.ticket,
		emails: { table: requestEmails, of: requestEmails.requestId, address: requestEmails.address },
		phones: { table: requestPhones, of: requestPhones.requestId, raw: requestPhones.raw },
		detail: sql`coalesce(${requests.companyName}, ${requests.fullName})`,
		joins: sql``
	},
	notices: requestNotices,
	visibleTo: (actor) => requestScope(actor),
	mayRead: (actor, row) => canReadRequest(actor, rowOf(row)),
	writable: (actor, row) => (canEditRequest(actor, rowOf(row)) ? 'all' : 'none'),
	mayCreate: (actor, values) => canCreateRequest(actor, placedBy(values).departmentId),
	mayDelete: (actor, row) => canDeleteRequest(actor, rowOf(row)),
	referable(ctx, field, candidates, row, values) {
		const departmentId = placedBy(values).departmentId ?? (row && rowOf(row).departmentId);
		const wanted = { ids: candidates, departmentId };
		switch (field) {
			case 'source':
				return inDepartment(ctx, leadSources, wanted);
			case 'products':
				if (departmentId === null) return Promise.resolve(new Set<string>());
				return visibleRecords(
					ctx,
					products,
					candidates,
					and(productRecords.visibleTo(ctx.actor), eq(products.departmentId, departmentId))
				);
			case 'contact':
				return visibleRecords(ctx, contacts, candidates, contactRecords.visibleTo(ctx.actor));
			case 'company':
				return visibleRecords(ctx, companies, candidates, companyRecords.visibleTo(ctx.actor));
			case 'lead':
				return visibleRecords(
					ctx,
					leads,
					candidates,
					sql`${leadRecords.visibleTo(ctx.actor)} and not ${isConverted}`
				);
			case 'deal':
				return visibleRecords(ctx, deals, candidates, dealRecords.visibleTo(ctx.actor));
			case 'owner':
			case 'coOwner':
				return membersOf(ctx, wanted);
			case 'department':
				return existingDepartments(ctx, candidates);
			default:
				throw new Error(`request.${field} refers to nothing`);
		}
	},
	referableBy: ['department'],
	topics(row) {
		const { departmentId, ownerId, coOwnerId } = rowOf(row);
		const people = new Set([ownerId, coOwnerId].filter((id) => id !== null));
		return [`request:department:${departmentId}`, ...[...people].map((id) => `request:user:${id}`)];
	}
});

/** The requests on which the actor's rights allow `verb`; a co-owner has the rights of an owner. */
export const requestScope = (actor: Actor, verb: Verb = 'read') =>
	departmentScope(actor, 'request', requests, {
		verb,
		coOwned: eq(requests.coOwnerId, actor.id)
	});

// The engine hands out rows of this very table; it only knows them by shape.
const rowOf = (row: Row) => row as unknown as typeof requests.$inferSelect;

// Of this field's type: place() has parsed it.
const placeOf = (value: RecordValues[string]): Place =>
	(value as Place | null) ?? { country: null, city: null };
