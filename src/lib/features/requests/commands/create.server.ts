import { and, eq, isNull } from 'drizzle-orm';
import { ownerFor } from '#lib/features/companies/commands.server.ts';
import { parseName } from '#lib/features/contacts/model.ts';
import { isBlank, type FieldValue, type RecordValues } from '#lib/records/values.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { membersOf } from '#lib/server/db/referable.ts';
import { companies, contacts, leads, requests } from '#lib/server/db/tables/index.ts';
import { create } from '#lib/server/records/create.ts';
import { once } from '#lib/server/records/idempotency.ts';
import { todayIn } from '#lib/shared/days.ts';
import { fail } from '#lib/shared/result.ts';
import { type Links, surestLinks } from '../model/links.ts';
import { qualifiesRequests } from '../policy.ts';
import { findCandidates } from '../queries/candidates.server.ts';
import { requestRecords } from '../record.server.ts';
import type { CreateRequest, Received } from '../schema.ts';

export interface NewRequest extends CreateRequest {
	readonly values: RecordValues;
	/** What a visitor sent, word for word; kept beside the fields and never written again. */
	readonly received?: Received;
	/** The same key from the same actor answers the first request again. */
	readonly idempotencyKey?: string;
}

/**
 * Takes in what somebody asks for: from a form of a colleague, or from a public one (as the system, with
 * `received` and the department of the source). Whoever is known beyond doubt is linked, to be verified;
 * nothing that was written is replaced. It waits without an owner, unless the actor works for himself, the
 * input names one, or a visitor's client has one [core 5.1, 5.6].
 */
export function createRequest(ctx: Ctx, request: NewRequest) {
	// The form's id is its key too: pressing twice answers the first record, whoever is known by then.
	const key = request.idempotencyKey ?? request.id;
	return inTransaction(ctx, (ctx) =>
		once(ctx, key, ['request', request], async () => {
			const answer = await takeIn(ctx, request);
			return { answer, keep: answer.ok };
		})
	);
}

async function takeIn(ctx: Ctx, { id, name, values, received, ...input }: NewRequest) {
	const department = input.departmentId ?? ctx.actor.departmentIds[0];
	if (!department) return fail('department_required');
	const parts = nameOf(name, values);
	if (parts === null) return fail('no_name');
	const asked = { ...values, ...parts, department };
	const links = await linksOf(ctx, input, asked, department);
	if (typeof links === 'string') return fail(links);
	const owner = await ownerOf(ctx, input, links, department);
	const coOwner = input.coOwnerId ?? null;
	const created = await create(ctx, requestRecords, {
		...(id ? { id } : {}),
		values: {
			...asked,
			receivedOn: values.receivedOn ?? todayIn(ctx.actor.timeZone, ctx.now),
			...{ ...links, owner, coOwner, pending: true },
			// A form may carry more than its page shows.
			...{ deal: null, duplicate: false },
			subsequent: ctx.actor.type === 'user' && !qualifiesRequests(ctx.actor)
		}
	});
	if (!created.ok) return created;
	if (received) await keepReceived(ctx, created.value.id, received);
	return created;
}

/** The parts of the name; nothing when none was given, null when what was given is none. */
function nameOf(name: string | undefined, values: RecordValues): RecordValues | null {
	const pieces = [values.firstName, values.middleName, values.lastName].filter(isText);
	const written = name ?? pieces.join(' ');
	if (written.trim() === '') return {};
	const parts = parseName(written);
	return parts && { ...parts };
}

const isText = (value: FieldValue | undefined): value is string => typeof value === 'string';

type Asked = Pick<CreateRequest, 'contactId' | 'companyId' | 'leadId'>;

/** The links asked for, or those that leave no doubt; else why those asked for contradict each other. */
async function linksOf(ctx: Ctx, asked: Asked, values: RecordValues, departmentId: string) {
	const { contactId = null, companyId = null, leadId = null } = asked;
	if (contactId ?? companyId ?? leadId) {
		const links = await fittingLinks(ctx, { contactId, companyId, leadId });
		return typeof links === 'string' ? links : { ...fieldsOf(links), toVerify: false };
	}
	const links = surestLinks(await findCandidates(ctx, values, departmentId));
	return { ...fieldsOf(links), toVerify: Object.values(links).some((id) => id !== null) };
}

/** The fields that hold these links. */
export const fieldsOf = ({ contactId, companyId, leadId }: Links) => ({
	...{ contact: contactId, company: companyId, lead: leadId }
});

/** A contact with his company, whichever was meant, or a lead alone; else why they do not go together. */
export async function fittingLinks(ctx: Ctx, { contactId, companyId, leadId }: Links) {
	if (leadId !== null && (contactId ?? companyId) !== null) return 'lead_or_contact';
	if (contactId === null) return { contactId, companyId, leadId };
	const [contact] = await ctx.db
		.select({ companyId: contacts.companyId })
		.from(contacts)
		.where(eq(contacts.id, contactId));
	const own = contact?.companyId ?? null;
	if (companyId !== null && companyId !== own) return 'contact_elsewhere';
	return { contactId, companyId: own, leadId: null };
}

type Fields = ReturnType<typeof fieldsOf>;

async function ownerOf(
	ctx: Ctx,
	{ ownerId }: CreateRequest,
	links: Fields,
	departmentId: string
): Promise<string | null> {
	if (ownerId !== undefined) return ownerId;
	if (ctx.actor.type === 'system') return clientOwner(ctx, links, departmentId);
	return qualifiesRequests(ctx.actor) ? null : ownerFor(ctx, departmentId);
}

/** Whose the client is, if he may own requests of the department. */
async function clientOwner(ctx: Ctx, { contact, company, lead }: Fields, departmentId: string) {
	const table = company ? companies : contact ? contacts : leads;
	const id = company ?? contact ?? lead;
	if (id === null) return null;
	const [client] = await ctx.db
		.select({ ownerId: table.ownerId })
		.from(table)
		.where(eq(table.id, id));
	const owner = client?.ownerId ?? null;
	if (owner === null) return null;
	const members = await membersOf(ctx, { ids: [owner], departmentId });
	return members.has(owner) ? owner : null;
}

async function keepReceived(ctx: Ctx, id: string, received: Received): Promise<void> {
	const written = Object.entries(received).filter(([, text]) => !isBlank(text));
	await ctx.db
		.update(requests)
		.set({ received: Object.fromEntries(written) })
		.where(and(eq(requests.id, id), isNull(requests.received)));
}
