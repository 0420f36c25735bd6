import { GRANTABLE } from '#lib/features/users/standard-rights.ts';
import { type Actor, type Scope, scopeOf } from '#lib/shared/actor.ts';
import type { KindName } from '#lib/shared/kinds.ts';

const WIDTH: Readonly<Record<Scope, number>> = { own: 0, department: 1, all: 2 };

/** What a file can hold: records of a kind, or the rows that stand beside deals. */
export type Exportable = KindName | 'payment' | 'shipment';

/** True when the actor may take some records of this kind along in a file. */
export const mayExport = (actor: Actor, kind: Exportable): boolean => reachOf(actor, kind) !== null;

/**
 * The actor with no more than he may export of this kind: what he reads through it, by the kind's own rule, is
 * what goes into his file. He sees neither more than in the list nor more than his right to export reaches.
 */
export function asExporter(actor: Actor, kind: Exportable): Actor {
	if (actor.type === 'system') return actor;
	const { [`${kind}.read` as const]: _read, ...others } = actor.permissions;
	const reach = reachOf(actor, kind);
	return {
		...actor,
		permissions: reach === null ? others : { ...others, [`${kind}.read`]: reach }
	};
}

/** The narrower of both rights, in a width that the kind knows; null when it knows none so narrow. */
function reachOf(actor: Actor, kind: Exportable): Scope | null {
	const read = scopeOf(actor, kind, 'read');
	const taken = scopeOf(actor, 'export', 'create');
	if (read === null || taken === null) return null;
	const most = Math.min(WIDTH[read], WIDTH[taken]);
	const widths = (GRANTABLE[kind].read ?? []).filter((scope) => WIDTH[scope] <= most);
	return widths.at(-1) ?? null;
}
