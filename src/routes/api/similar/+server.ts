import { json } from '@sveltejs/kit';
import { companyKind } from '#lib/features/companies/record.ts';
import { contactKind } from '#lib/features/contacts/record.ts';
import { isIdentical, type Candidate } from '#lib/features/matching/model.ts';
import { similarCompanies, similarContacts } from '#lib/features/matching/queries.server.ts';
import { Similar } from '#lib/features/matching/schema.ts';
import { readValues } from '#lib/records/form.ts';
import type { RequestHandler } from './$types';

/** Records like the one whose form is being filled in, for the signed-in browser; what is shown while one types. */
export const POST: RequestHandler = async ({ locals, request }) => {
	if (!locals.actor) return new Response(null, { status: 401 });
	const form = await request.formData();
	const read = Similar.safeParse({ kind: form.get('kind') });
	if (!read.success) return new Response(null, { status: 400 });
	const ctx = locals.ctx();
	const found =
		read.data.kind === 'company'
			? await similarCompanies(ctx, readValues(companyKind, form))
			: await similarContacts(ctx, {
					...readValues(contactKind, form),
					name: textOf(form, 'name')
				});
	const id = form.get('id');
	return json(found.filter((one) => one.id !== id).map(shown), {
		headers: { 'cache-control': 'private, no-store' }
	});
};

const textOf = (form: FormData, name: string) => {
	const text = form.get(name);
	return typeof text === 'string' ? text : null;
};

const shown = (one: Candidate) => ({
	...{ id: one.id, name: one.name, detail: one.detail, reasons: one.reasons, doubts: one.doubts },
	identical: isIdentical(one)
});
