import {
	assignRequest,
	createRequest,
	markCase,
	markDuplicate
} from '#lib/features/requests/commands.server.ts';
import { listLeadSources } from '#lib/features/settings/queries.server.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';
import type { Result } from '#lib/shared/result.ts';
import { type DemoPerson, type DemoRequest, demoRequests } from '../model.ts';

type People = ReadonlyMap<DemoPerson, Ctx>;

/** What people asked the demo company for, as its front desk took it in and gave it on. */
export async function takeRequests(
	people: People,
	productIds: readonly string[]
): Promise<readonly string[]> {
	const ids: string[] = [];
	for (const request of demoRequests) {
		const products = (request.products ?? []).flatMap((index) => productIds[index] ?? []);
		ids.push(await takeIn(people, request, products));
	}
	return ids;
}

async function takeIn(
	people: People,
	request: DemoRequest,
	products: readonly string[]
): Promise<string> {
	const ctx = earlier(as(people, request.by), request.hoursAgo);
	const source = await sourceFor(ctx, request);
	const values = { ...valuesOf(request), source, products };
	const { id } = made(await createRequest(ctx, { name: request.name, values }));
	if (request.owner) {
		const ownerId = as(people, request.owner).actor.id;
		made(await assignRequest(ctx, { id, ownerId, client: 'stays' }));
	}
	if (request.is === 'duplicate') made(await markDuplicate(ctx, { id }));
	if (request.is === 'case') made(await markCase(ctx, { id }));
	return id;
}

/** Where it came from, by the name that the department has for it. */
async function sourceFor(ctx: Ctx, { from }: DemoRequest): Promise<string | null> {
	const sources = await listLeadSources(ctx, ctx.actor.departmentIds);
	return sources.find(({ name }) => name === from)?.id ?? null;
}

const valuesOf = ({
	requestFor,
	company,
	email,
	phone,
	place,
	text
}: DemoRequest): RecordValues => ({
	requestFor,
	description: text,
	...(company && { companyName: company }),
	...(place && { place }),
	...(email && { emails: { main: { address: email, label: 'work', position: 0 } } }),
	...(phone && { phones: { main: { raw: phone, e164: null, label: 'work', position: 0 } } })
});

const HOUR_MS = 3_600_000;

const earlier = (ctx: Ctx, hours: number): Ctx => ({
	...ctx,
	now: new Date(ctx.now.getTime() - hours * HOUR_MS)
});

function as(people: People, key: DemoPerson): Ctx {
	const ctx = people.get(key);
	if (!ctx) throw new Error(`The demo has no ${key}`);
	return ctx;
}

/** The demo is made of valid values only: a refusal is a mistake in it. */
function made<Value>(result: Result<Value, string> | { readonly ok: false }): Value {
	if (result.ok) return result.value;
	throw new Error(`The demo request was refused: ${JSON.stringify(result)}`);
}
