import { PROBLEMS } from '#lib/server/api/problem.ts';
import { api } from '../../api/v1/api.ts';
import { readable, readableValues } from './reading.ts';
import type { PageServerLoad } from './$types.js';

export const load: PageServerLoad = ({ url }) => {
	const description = api.description(url.origin);
	return {
		origin: url.origin,
		resources: readable(description),
		values: readableValues(description),
		problems: Object.entries(PROBLEMS).map(([code, { status, title }]) => ({
			code,
			status,
			title: title()
		}))
	};
};
