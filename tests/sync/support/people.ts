import { newId } from '#lib/shared/ids.ts';
import type { Actor } from '#lib/shared/actor.ts';

/** Somebody who may do everything with deals in one department. */
export function aSalesperson(name: string, overrides: Partial<Actor> = {}): Actor {
	return {
		id: newId(),
		type: 'user',
		name,
		departmentIds: ['hamburg'],
		permissions: { 'deal.read': 'department', 'deal.update': 'department' },
		sessionId: newId(),
		language: 'en',
		timeZone: 'UTC',
		...overrides
	};
}

export const quietLog = { info() {}, warn() {}, error() {} };
