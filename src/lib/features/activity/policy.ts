import { mayManageSettings, mayManageUsers } from '#lib/features/users/policy.ts';
import type { Actor } from '#lib/shared/actor.ts';

/** Who reads everything that everybody did: administrators alone [core 3.2]. */
export const mayReadAudit = (actor: Actor): boolean =>
	mayManageUsers(actor) && mayManageSettings(actor);
