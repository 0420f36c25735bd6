import { sql } from 'drizzle-orm';
import type { Ctx } from '../context.ts';
import { listVersion } from './tables/index.ts';

/** Tables that change seldom and are read for nearly every page; a trigger on each renews `list_version`. */
export const VERSIONED_TABLES = [
	'client_types',
	'closing_reasons',
	'countries',
	'currencies',
	'department_members',
	'departments',
	'industries',
	'lead_sources',
	'pictures',
	'pipelines',
	'product_categories',
	'role_permissions',
	'roles',
	'stages',
	'tags',
	'user_profiles',
	'user_roles',
	'users'
] as const;

/** The version of those tables, to be read together with who asks. */
export const currentListVersion = sql<
	string | null
>`(select ${listVersion.version} from ${listVersion} limit 1)`;

const MOST = 5_000;
const known = new Map<string, Promise<unknown>>();
let knownVersion: string | null = null;

/**
 * What `read` answers, kept in this process until one of the versioned tables changes, for each actor and
 * arguments on their own. `tables` are all that `read` looks into. Only a context that knows the version at its
 * beginning is answered from memory: a page's load does, what runs in or after a command never. The answer
 * is shared: nobody may change it.
 */
export function remembered<Value>(
	ctx: Ctx,
	{
		name,
		args = []
	}: { name: string; tables: readonly VersionedTable[]; args?: readonly unknown[] },
	read: () => Promise<Value>
): Promise<Value> {
	const { listVersion: version } = ctx;
	if (!version) return read();
	// An older request that is still under way must not bring back what a newer one has let go of.
	if (version !== knownVersion || known.size >= MOST) {
		known.clear();
		knownVersion = version;
	}
	const key = JSON.stringify([name, ctx.actor.id, args]);
	const before = known.get(key);
	// The same name is always read by the same function.
	if (before) return before as Promise<Value>;
	const reading = read();
	known.set(key, reading);
	// Who asked is told; whoever asks next tries anew.
	reading.catch(() => known.get(key) === reading && known.delete(key));
	return reading;
}

type VersionedTable = (typeof VERSIONED_TABLES)[number];
