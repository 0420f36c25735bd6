import { createCompany, lockCompany } from '#lib/features/companies/commands.server.ts';
import { createContact, lockContact, moveContact } from '#lib/features/contacts/commands.server.ts';
import { canEditContact } from '#lib/features/contacts/policy.ts';
import { contactRecords } from '#lib/features/contacts/record.server.ts';
import { entriesOf, idsOf } from '#lib/records/document.ts';
import { missingEntries } from '#lib/records/entries.ts';
import type { Edit, RecordValues, RichText } from '#lib/records/values.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { relisted } from '#lib/server/db/department-twins.ts';
import { membersOf } from '#lib/server/db/referable.ts';
import { leadConversions } from '#lib/server/db/tables/index.ts';
import { Forbidden, NotFound } from '#lib/server/errors.ts';
import { announce } from '#lib/server/records/announce.ts';
import { edit } from '#lib/server/records/commit.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { notifyLive } from '#lib/server/records/live.ts';
import { loadRecord } from '#lib/server/records/load.ts';
import type { Act } from '#lib/shared/acts.ts';
import { newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { companyFrom, contactFrom } from '../model.ts';
import { canEditLead } from '../policy.ts';
import { findMatches, type Match } from '../queries.server.ts';
import { leadRecords, leadRightsOf } from '../record.server.ts';
import type { ConvertLead } from '../schema.ts';
import { moveHanging } from './hanging.server.ts';
import { lockLead } from './lock.server.ts';

/**
 * Makes a lead a contact, with his company: those that the input names, new ones, or (where it says
 * nothing) whatever is found without doubt, otherwise new. Whatever hangs on the lead moves along; the lead
 * itself is kept, out of the lists, until that is undone. All in one transaction [core 5.9].
 */
export function convertLead(ctx: Ctx, kinds: readonly ServerKind[], input: ConvertLead) {
	return inTransaction(ctx, async (ctx) => {
		const chosen = await choose(ctx, input);
		if (!chosen.ok) return chosen;
		const held = await hold(ctx, input, chosen.value);
		if (!held.ok) return held;
		const { lead } = held.value;
		const batchId = newId(ctx.now.getTime());
		const made = await makeBoth(ctx, { ...held.value, ...chosen.value, batchId });
		if (!made.ok) return made;
		const { companyId, contactId, companyMade, contactMade } = made.value;
		await ctx.db.insert(leadConversions).values({
			...{ id: batchId, leadId: lead.id, companyId, contactId, companyMade, contactMade },
			...{ convertedBy: ctx.actor.id, convertedAt: ctx.now }
		});
		const to = { leadId: lead.id, companyId, contactId };
		const moved = await moveHanging(ctx, kinds, { ...to, batchId });
		await tell(ctx, lead, { act: 'lead.converted', batchId, to });
		return ok({ id: lead.id, companyId, contactId, moved });
	});
}

interface Chosen {
	/** Null: none, or one that is still to be made. */
	readonly companyId: string | null;
	readonly makesCompany: boolean;
	/** Null: a new one. */
	readonly contactId: string | null;
}

/** What the input means, looked up where it leaves the choice to us. */
async function choose(ctx: Ctx, { id, company, contact }: ConvertLead) {
	const loaded = await loadRecord(ctx, leadRecords, id);
	if (!loaded) throw new NotFound('lead');
	const rights = { ...leadRightsOf(loaded.row, loaded.values), isConverted: false };
	if (!canEditLead(ctx.actor, rights)) throw new Forbidden('lead');
	const isDecided = company !== undefined && contact !== undefined;
	const found = isDecided ? NOTHING : await findMatches(ctx, loaded.values);
	const [person, ...others] = contact === undefined ? sureOnes(found.contacts) : [];
	if (others.length > 0) return fail('several_contacts');
	const contactId = contact === undefined ? (person?.id ?? null) : idOf(contact);
	if (company !== undefined) {
		return chosen({ companyId: idOf(company), makesCompany: company === 'new', contactId });
	}
	const employer = found.contacts.find((match) => match.id === contactId)?.companyId;
	if (employer) return chosen({ companyId: employer, makesCompany: false, contactId });
	const [firm, ...otherFirms] = sureOnes(found.companies);
	if (otherFirms.length > 0) return fail('several_companies');
	const makesCompany = !firm && Boolean(loaded.values['companyName']);
	return chosen({ companyId: firm?.id ?? null, makesCompany, contactId });
}

const NOTHING: Awaited<ReturnType<typeof findMatches>> = { companies: [], contacts: [] };

const chosen = (choice: Chosen) => ok(choice);

const sureOnes = <Found extends Pick<Match, 'isSure'>>(matches: readonly Found[]) =>
	matches.filter(({ isSure }) => isSure);

const idOf = (choice: string) => (choice === 'new' || choice === 'none' ? null : choice);

/** Takes everything that the conversion concerns: companies before contacts before leads, everywhere. */
async function hold(ctx: Ctx, input: ConvertLead, { companyId, contactId }: Chosen) {
	const company = companyId === null ? null : await lockCompany(ctx, companyId);
	const contact = contactId === null ? null : await lockContact(ctx, contactId);
	const lead = await lockLead(ctx, input.id);
	if (lead.isConverted) return fail('already_converted');
	if (!canEditLead(ctx.actor, lead)) throw new Forbidden('lead');
	const loaded = await loadRecord(ctx, leadRecords, lead.id);
	if (!loaded) throw new NotFound('lead');
	const employer = contact?.companyId ?? null;
	const wantsAnother = input.company === 'new' || (company !== null && company.id !== employer);
	if (employer !== null && wantsAnother) return fail('contact_elsewhere');
	return ok({ lead, contact, values: loaded.values });
}

type Held = Extract<Awaited<ReturnType<typeof hold>>, { ok: true }>['value'];

/** The company and the contact that the lead becomes, each made or found. */
async function makeBoth(
	ctx: Ctx,
	{ lead, contact, values, batchId, ...chosen }: Held & Chosen & { readonly batchId: string }
) {
	const place = { departmentId: lead.departmentId, ownerId: await ownerOf(ctx, lead) };
	const known = chosen.companyId ?? contact?.companyId ?? null;
	const companyMade = known === null && chosen.makesCompany;
	if (companyMade && !values['companyName']) return fail('company_name_needed');
	const company = companyMade
		? await createCompany(ctx, { ...place, values: companyFrom(values) })
		: ok({ id: known });
	if (!company.ok) return company;
	const companyId = company.value.id;
	const person = contact
		? await completed(ctx, { contact, companyId, values, batchId })
		: await created(ctx, { companyId, place, values });
	if (!person.ok) return person;
	return ok({
		...{ companyId, contactId: person.value.id },
		...{ companyMade, contactMade: contact === null }
	});
}

interface Placed {
	readonly departmentId: string;
	readonly ownerId: string | null;
}

/** The lead's owner, unless he has left its department since. */
async function ownerOf(ctx: Ctx, { ownerId, departmentId }: Placed): Promise<string | null> {
	if (ownerId === null) return null;
	return (await membersOf(ctx, { ids: [ownerId], departmentId })).has(ownerId) ? ownerId : null;
}

async function created(
	ctx: Ctx,
	{
		companyId,
		place,
		values
	}: { readonly companyId: string | null; readonly place: Placed; readonly values: RecordValues }
) {
	const departmentId =
		companyId === null ? place.departmentId : (await lockCompany(ctx, companyId)).departmentId;
	const own = await relisted(ctx, contactFrom(values), departmentId);
	return createContact(ctx, { ...place, companyId, values: own });
}

type Contact = Awaited<ReturnType<typeof lockContact>>;

/** Gives a contact that is there what only the lead knows; nothing that he has is replaced. */
async function completed(
	ctx: Ctx,
	{
		contact,
		companyId,
		values,
		batchId
	}: {
		readonly contact: Contact;
		readonly companyId: string | null;
		readonly values: RecordValues;
		readonly batchId: string;
	}
) {
	if (companyId !== null && contact.companyId === null) {
		await moveContact(ctx, { id: contact.id, companyId }, { batchId });
	}
	if (!canEditContact(ctx.actor, contact)) return ok({ id: contact.id });
	const loaded = await loadRecord(ctx, contactRecords, contact.id);
	if (!loaded) throw new NotFound('contact');
	const own = await relisted(ctx, contactFrom(values), contact.departmentId);
	const edits = additions(own, loaded.values);
	if (edits.length === 0) return ok({ id: contact.id });
	const done = await edit(ctx, contactRecords, contact.id, edits, {
		...{ commandMark: 'convertLead', batchId }
	});
	return done.ok ? ok({ id: contact.id }) : done;
}

function additions(lead: RecordValues, contact: RecordValues): readonly Edit[] {
	const lists = ['emails', 'phones'].map((field) => ({
		field,
		put: missingEntries(entriesOf(lead[field]), entriesOf(contact[field]))
	}));
	const tags = idsOf(lead['tags']).filter((id) => !idsOf(contact['tags']).includes(id));
	// Of this field's type: its parser made it.
	const notes = lead['notes'] as RichText | null | undefined;
	return [
		...lists.filter(({ put }) => Object.keys(put).length > 0),
		...(tags.length > 0 ? [{ field: 'tags', add: tags }] : []),
		...(notes ? [{ field: 'notes', append: notes }] : [])
	];
}

/** Writes into the history what became of the lead, and has every page look at it again. */
export async function tell(
	ctx: Ctx,
	lead: Awaited<ReturnType<typeof lockLead>>,
	{ act, batchId, to }: { readonly act: Act; readonly batchId: string; readonly to: unknown }
): Promise<void> {
	const about = { kind: 'lead', recordId: lead.id, rev: lead.rev } as const;
	await announce(ctx, { ...about, act, batchId, new: to });
	const topics = leadRecords.topics(lead);
	await notifyLive(ctx, {
		...{ type: 'record', kind: 'lead', id: lead.id, rev: lead.rev, topics, act: 'edit' }
	});
}
