import { json } from '@sveltejs/kit';
import { companyKind } from '#lib/features/companies/record.ts';
import { contactKind } from '#lib/features/contacts/record.ts';
import { similarLeads } from '#lib/features/leads/queries.server.ts';
import { leadKind } from '#lib/features/leads/record.ts';
import { isIdentical, type SimilarCandidate } from '#lib/features/matching/model.ts';
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
	const { kind } = read.data;
	const ctx = locals.ctx();
	const name = textOf(form, 'name');
	const found = await {
		company: () => similarCompanies(ctx, readValues(companyKind, form)),
		contact: () => similarContacts(ctx, { ...readValues(contactKind, form), name }),
		lead: () => similarLeads(ctx, { ...readValues(leadKind, form), name })
	}[kind]();
	const id = form.get('id');
	const others = found.filter((one) => one.id !== id);
	return json(others.map(shownTo(kind)), { headers: { 'cache-control': 'private, no-store' } });
};

const textOf = (form: FormData, name: string) => {
	const text = form.get(name);
	return typeof text === 'string' ? text : null;
};

/** Of contacts the same person is not stored twice; of everything else another one may be. */
const shownTo = (asked: 'company' | 'contact' | 'lead') => (one: SimilarCandidate) => ({
	...{ kind: one.kind, id: one.id, name: one.name, detail: one.detail },
	...{ reasons: one.reasons, doubts: one.doubts },
	identical: asked === 'contact' && isIdentical(one)
});
