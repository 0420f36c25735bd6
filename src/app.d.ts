import type { SignedIn } from '#lib/server/auth/actor.ts';
import type { Notice } from '#lib/records/notices.ts';
import type { Ctx } from '#lib/server/context.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import type { Actor } from '#lib/shared/actor.ts';

declare global {
	namespace App {
		interface Locals {
			requestId: string;
			/** Null when nobody is signed in. */
			actor: Actor | null;
			session: SignedIn | null;
			locale: 'en' | 'de';
			/** Set when a load or an action broke off for a reason that is ours. */
			failed?: boolean;
			/** The context for queries and commands; sends to the sign-in page when nobody is signed in. */
			ctx(): Ctx;
			/** Every registered kind of record. */
			kinds: readonly ServerKind[];
			/** Everything that people may be told of. */
			notices: readonly Notice[];
		}
		interface Error {
			message: string;
			requestId?: string;
		}
	}
}
