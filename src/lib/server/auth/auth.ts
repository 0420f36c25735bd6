import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import { betterAuth } from 'better-auth/minimal';
import { eq } from 'drizzle-orm';
import { newId } from '#lib/shared/ids.ts';
import { PASSWORD_MAX, PASSWORD_MIN } from '#lib/shared/password.ts';
import type { Db } from '../context.ts';
import { accounts, sessions, userProfiles, users, verifications } from '../db/tables/index.ts';
import { SESSION_SECONDS } from './session-use.ts';

/**
 * The sign-in library on our tables. Its HTTP handler is mounted nowhere: our form actions call
 * `auth.api`, so nothing it can do is reachable that we do not offer.
 */
export function createAuth(db: Db, secret: string) {
	return betterAuth({
		database: drizzleAdapter(db, {
			provider: 'pg',
			schema: { user: users, session: sessions, account: accounts, verification: verifications }
		}),
		secret,
		baseURL: 'http://tandem.invalid',
		telemetry: { enabled: false },
		logger: { disabled: true },
		// Its limiter guards only its own handler; `rate-limit.ts` guards what we expose.
		rateLimit: { enabled: false },
		emailAndPassword: {
			enabled: true,
			disableSignUp: true,
			minPasswordLength: PASSWORD_MIN,
			maxPasswordLength: PASSWORD_MAX
		},
		session: { expiresIn: SESSION_SECONDS },
		advanced: {
			cookiePrefix: 'tandem',
			// `server/web` decides per request: the same installation may be reached by http and https.
			useSecureCookies: false,
			// Our own code says where somebody comes from.
			ipAddress: { disableIpTracking: true },
			database: { generateId: () => newId() }
		},
		databaseHooks: {
			session: {
				create: {
					before: async ({ userId }) => ((await isActive(db, userId)) ? undefined : false)
				}
			}
		}
	});
}

/** Whether a person may come in at all. */
export async function isActive(db: Db, userId: string): Promise<boolean> {
	const [profile] = await db
		.select({ active: userProfiles.active })
		.from(userProfiles)
		.where(eq(userProfiles.userId, userId));
	return profile?.active ?? false;
}

export type Auth = ReturnType<typeof createAuth>;
