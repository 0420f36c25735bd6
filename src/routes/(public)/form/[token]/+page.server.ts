import { error, type RequestEvent } from '@sveltejs/kit';
import { captureInquiry } from '#lib/features/capture/commands.server.ts';
import { isFormOpen } from '#lib/features/capture/queries.server.ts';
import { m } from '#lib/messages/messages.js';
import { authSecret } from '#lib/server/auth/cookie.ts';
import { makeFormToken, readFormToken } from '#lib/server/auth/form-token.ts';
import { formValues, refuse, type FormFault, type FormValues } from '#lib/server/web/action.ts';
import { systemCtxOf } from '#lib/server/web/context.ts';
import { stopOf } from '#lib/server/web/errors.ts';
import type { Actions, PageServerLoad } from './$types.js';

export const load: PageServerLoad = async (event) => {
	const { token } = event.params;
	if (!(await isFormOpen(systemCtxOf(event), token))) {
		error(404, { message: m.users_stop_not_found() });
	}
	// Each showing has a mark of its own.
	event.setHeaders({ 'cache-control': 'no-store' });
	return { mark: makeFormToken(token, authSecret(), new Date()), locale: event.locals.locale };
};

export const actions = { default: post } satisfies Actions;

/** Nobody may sees it, so nobody fills it in; programs fill in everything. */
const TRAP = 'homepage';

async function post(event: RequestEvent<{ token: string }>) {
	const values = await formValues(event.request);
	const ctx = systemCtxOf(event);
	const { token } = event.params;
	const mark = readFormToken(text(values, 'mark'), token, authSecret(), ctx.now);
	if (!mark.ok) {
		// Whoever is too fast keeps his mark and is not too fast the next time; an old one is replaced.
		const kept = mark.error === 'too_soon' ? values : { ...values, mark: '' };
		return refuse(409, kept, [{ field: '', code: mark.error }]);
	}
	try {
		const taken = await captureInquiry(ctx, {
			...{ token, fields: values, by: 'form', nonce: mark.nonce },
			address: event.getClientAddress(),
			isTrapped: text(values, TRAP) !== ''
		});
		if (taken.ok) return { thanks: text(values, 'name') };
		if ('error' in taken) error(404, { message: m.users_stop_not_found() });
		return refuse(409, values, taken.faults satisfies readonly FormFault[]);
	} catch (thrown) {
		const stop = stopOf(thrown);
		if (!stop) throw thrown;
		return refuse(stop.status, values, [], stop.message);
	}
}

function text(values: FormValues, name: string): string {
	const value = values[name];
	return typeof value === 'string' ? value : '';
}
