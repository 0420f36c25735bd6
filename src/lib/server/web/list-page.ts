import type { RequestEvent } from '@sveltejs/kit';
import type { Actor } from '#lib/shared/actor.ts';
import { type ListQuery, type ListShape, readListQuery } from '#lib/shared/list-query.ts';

/**
 * What the address of a list asks for. Without a department in it, the one that the person chose last
 * counts, as long as he belongs to it.
 */
export function listQueryOf(event: RequestEvent, actor: Actor, shape: ListShape): ListQuery {
	const query = readListQuery(event.url.searchParams, shape);
	const current = event.locals.session?.currentDepartmentId;
	const isMine = current && actor.departmentIds.includes(current);
	if (query.filters.department || !isMine) return query;
	return { ...query, filters: { ...query.filters, department: current } };
}
