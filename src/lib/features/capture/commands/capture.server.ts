import { createHash } from 'node:crypto';
import { and, eq } from 'drizzle-orm';
import { knownCity } from '#lib/features/cities/queries.server.ts';
import { createRequest } from '#lib/features/requests/commands.server.ts';
import { countTry } from '#lib/server/auth/rate-limit.ts';
import type { Place } from '#lib/records/values.ts';
import { type Ctx, inTransaction } from '#lib/server/context.ts';
import { bannedNames, departments, leadSources, stopPhrases } from '#lib/server/db/tables/index.ts';
import { fail, ok } from '#lib/shared/result.ts';
import { faultsOf, FORM_FIELDS, phraseIn, placeOf, requestFrom } from '../model.ts';
import { Inquiry } from '../schema.ts';

const MINUTE_MS = 60_000;
const WINDOW_MS = 10 * MINUTE_MS;
/** A website may hand on what all of its visitors write; a person writes a few times. */
const TRIES = { endpoint: 60, form: 10 } as const;
const TRIES_OF_SOURCE = 300;

export interface Posted {
	/** The token of a lead source. */
	readonly token: string;
	readonly fields: Readonly<Record<string, unknown>>;
	/** The network address it came from. */
	readonly address: string;
	readonly by: keyof typeof TRIES;
	/** Made once a showing of the form, or by whoever posts: the same text under it counts once. */
	readonly nonce: string | null;
	/** Something that no person fills in was filled in. */
	readonly isTrapped?: boolean;
}

/**
 * Takes in what a visitor of a website wrote: a request that waits for an operator. Spam leaves nothing
 * behind and is answered like everything else. Throws TooMany [core 5.1].
 */
export async function captureInquiry(ctx: Ctx, posted: Posted) {
	// Counted outside of any transaction: a refusal must not take the count back.
	const limit = { name: `capture:${posted.by}`, subject: posted.address };
	await countTry(ctx.db, { ...limit, tries: TRIES[posted.by], windowMs: WINDOW_MS }, ctx.now);
	const source = await sourceBy(ctx, posted.token);
	if (!source) {
		ctx.log.warn('capture.unknown_source', { by: posted.by });
		return fail('unknown_source');
	}
	const ofSource = { name: 'capture:source', subject: source.id, tries: TRIES_OF_SOURCE };
	await countTry(ctx.db, { ...ofSource, windowMs: WINDOW_MS }, ctx.now);
	if (posted.isTrapped) return ok({ isStored: false });
	const read = Inquiry.safeParse(posted.fields);
	if (!read.success) return { ok: false, faults: read.error.issues.map(faultOfIssue) } as const;
	const inquiry = read.data;
	const faults = faultsOf(inquiry);
	if (faults.length > 0) return { ok: false, faults } as const;
	if (await isUnwanted(ctx, inquiry)) return ok({ isStored: false });
	const place = await placeIn(ctx, placeOf(inquiry, source.defaultCountry));
	const created = await createRequest(ctx, {
		name: inquiry.name,
		departmentId: source.departmentId,
		values: requestFrom(inquiry, { sourceId: source.id, place }),
		received: written(inquiry),
		...(posted.nonce === null ? {} : { idempotencyKey: keyOf(source.id, posted.nonce, inquiry) })
	});
	if (created.ok) return ok({ isStored: true });
	if (!('faults' in created))
		return { ok: false, faults: [{ field: 'name', code: created.error }] } as const;
	return {
		ok: false,
		faults: created.faults.map((fault) => ({ ...fault, field: FORM_FIELDS[fault.field] ?? '' }))
	} as const;
}

/** The city as the catalogue calls it; one that is not there stays as it was written, and is not put there. */
async function placeIn(ctx: Ctx, place: Place | null): Promise<Place | null> {
	if (!place?.country || !place.city) return place;
	return { ...place, city: await knownCity(ctx, place.country, place.city) };
}

/** A source whose form may be used, with what its department presumes. */
async function sourceBy(ctx: Ctx, token: string) {
	const [source] = await ctx.db
		.select({
			id: leadSources.id,
			departmentId: leadSources.departmentId,
			defaultCountry: departments.defaultCountry
		})
		.from(leadSources)
		.innerJoin(departments, eq(departments.id, leadSources.departmentId))
		.where(and(eq(leadSources.token, token), eq(leadSources.active, true)));
	return source ?? null;
}

/** A banned company, or a phrase that only spam holds; that a phrase was of use is noted. */
async function isUnwanted(ctx: Ctx, { company, subject, message }: Inquiry): Promise<boolean> {
	const banned = await ctx.db.select({ phrase: bannedNames.name }).from(bannedNames);
	if (phraseIn(banned, company)) return true;
	const phrases = await ctx.db
		.select({ id: stopPhrases.id, phrase: stopPhrases.phrase })
		.from(stopPhrases);
	const hit = phraseIn(phrases, subject, message);
	if (!hit) return false;
	await inTransaction(ctx, (ctx) =>
		ctx.db.update(stopPhrases).set({ lastHitAt: ctx.now }).where(eq(stopPhrases.id, hit.id))
	);
	return true;
}

/** Only what was filled in, word for word. */
const written = (inquiry: Inquiry): Record<string, string> =>
	Object.fromEntries(Object.entries(inquiry).filter(([, text]) => text !== ''));

/** Pressing twice counts once; whoever goes back and writes something else has something else to say. */
const keyOf = (sourceId: string, nonce: string, inquiry: Inquiry) =>
	`capture:${createHash('sha256')
		.update(JSON.stringify([sourceId, nonce, inquiry]))
		.digest('base64url')}`;

const faultOfIssue = ({
	path,
	message
}: {
	readonly path: PropertyKey[];
	readonly message: string;
}) => ({
	field: path.map(String).join('.'),
	code: /^[a-z_]+$/.test(message) ? message : 'not_text'
});
