import { redirect, type RequestEvent } from '@sveltejs/kit';
import { systemActor, type Actor } from '#lib/shared/actor.ts';
import type { Ctx, Db } from '../context.ts';
import { gathered } from '../db/gathered.ts';
import { pool } from '../db/pool.ts';
import { createLog } from '../log.ts';
import { signInAddress } from './return-address.ts';

/** The signed-in person's context for this request; sends everybody else to the sign-in page. */
export function ctxOf(event: RequestEvent): Ctx {
	const { actor } = event.locals;
	if (!actor) redirect(303, signInAddress(event));
	// What an action has just changed is read anew, also by the loads that follow it.
	const isRead = event.request.method === 'GET';
	const listVersion = isRead ? (event.locals.session?.listVersion ?? null) : null;
	return { ...ctxFor(event, actor), listVersion, ...(isRead && { db: reader(event) }) };
}

const readers = new WeakMap<App.Locals, Db>();

/** The loads of a page and its frames run side by side: what they read in one turn is one statement. */
function reader({ locals }: RequestEvent): Db {
	const known = readers.get(locals);
	if (known) return known;
	const made = gathered(pool().db);
	readers.set(locals, made);
	return made;
}

/** A context without a person, for the public pages that act for the installation (set-up). */
export const systemCtxOf = (event: RequestEvent): Ctx => ctxFor(event, systemActor);

const ctxFor = (event: RequestEvent, actor: Actor): Ctx => ({
	db: pool().db,
	actor,
	now: new Date(),
	log: createLog({ process: 'web', requestId: event.locals.requestId })
});
