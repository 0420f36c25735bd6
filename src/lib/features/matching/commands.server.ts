import { createCompany } from '#lib/features/companies/commands.server.ts';
import { createContact } from '#lib/features/contacts/commands.server.ts';
import { mayCreateCompanies } from '#lib/features/companies/policy.ts';
import { mayCreateContacts } from '#lib/features/contacts/policy.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import { Forbidden } from '#lib/server/errors.ts';
import { isIdentical, type Candidate, warningOf } from './model.ts';
import { similarCompanies, similarContacts } from './queries.server.ts';
import type { AddCompany, AddContact } from './schema.ts';

/** Stores a new company, unless it may be one that is there: then whoever enters it is shown that one first [B149]. */
export async function addCompany(
	ctx: Ctx,
	{ seen, ...input }: AddCompany & { readonly values: RecordValues }
) {
	if (!mayCreateCompanies(ctx.actor)) throw new Forbidden('company');
	const found = others(await similarCompanies(ctx, input.values), input.id);
	const unseen = found.filter(({ id }) => !seen.includes(id));
	return unseen.length > 0 ? warningOf(found) : createCompany(ctx, input);
}

/**
 * Stores a new contact, unless he may be one who is there: then whoever enters him is shown that one first. The same
 * first and last name with the same address or number is the same person, and not stored twice [C146].
 */
export async function addContact(
	ctx: Ctx,
	{ seen, ...input }: AddContact & { readonly values: RecordValues }
) {
	if (!mayCreateContacts(ctx.actor)) throw new Forbidden('contact');
	const typed = { ...input.values, name: input.name };
	const found = others(await similarContacts(ctx, typed), input.id);
	const unseen = found.filter(({ id }) => !seen.includes(id));
	if (unseen.length > 0 || found.some(isIdentical)) return warningOf(found);
	return createContact(ctx, input);
}

/** The same for what was entered away from the server: nobody can be asked, and only the same person is refused. */
export async function addContactLater(
	ctx: Ctx,
	input: Omit<AddContact, 'seen'> & { readonly values: RecordValues }
) {
	const found = others(
		await similarContacts(ctx, { ...input.values, name: input.name }),
		input.id
	).filter(isIdentical);
	return found.length > 0 ? warningOf(found) : createContact(ctx, input);
}

/** Pressing twice finds what the first press has stored. */
const others = <Found extends Candidate>(found: readonly Found[], id: string | undefined) =>
	found.filter((one) => one.id !== id);
