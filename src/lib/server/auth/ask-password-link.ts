import { eq } from 'drizzle-orm';
import { z } from 'zod';
import { isId, newId } from '#lib/shared/ids.ts';
import { fail, ok } from '#lib/shared/result.ts';
import type { Ctx } from '../context.ts';
import { users } from '../db/tables/index.ts';
import { enqueue } from '../jobs/job.ts';
import { isMailSet } from '../mail/settings.ts';
import { countTry } from './rate-limit.ts';
import { network } from './sign-in.ts';

const WINDOW_MS = 15 * 60 * 1000;
const TRIES_PER_EMAIL = 3;
const TRIES_PER_ADDRESS = 20;

/** The job that mails a link for another password, if there is anybody. */
export const SEND_PASSWORD_LINK = {
	name: 'users.send-password-link',
	input: z.object({ userId: z.string().refine(isId) })
};

/**
 * Has a link mailed to whoever has this address. What is done here is the same whether there is anybody: one
 * look and one job, so that neither the answer nor its time tells who has an account.
 */
export async function askPasswordLink(
	ctx: Ctx,
	{ email, address }: { readonly email: string; readonly address: string }
) {
	if (!(await isMailSet(ctx))) return fail('no_mail');
	const limit = { windowMs: WINDOW_MS };
	const from = { name: 'reset:address', subject: network(address), tries: TRIES_PER_ADDRESS };
	await countTry(ctx.db, { ...limit, ...from }, ctx.now);
	const to = { name: 'reset:email', subject: email, tries: TRIES_PER_EMAIL };
	await countTry(ctx.db, { ...limit, ...to }, ctx.now);
	const [person] = await ctx.db.select({ id: users.id }).from(users).where(eq(users.email, email));
	await enqueue(ctx, SEND_PASSWORD_LINK, { userId: person?.id ?? newId() });
	return ok(null);
}
