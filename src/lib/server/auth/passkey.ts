import { and, eq, gt, isNull, lt } from 'drizzle-orm';
import type { Db } from '../context.ts';
import { passkeyChallenges, passkeys } from '../db/tables/index.ts';

/** Where people reach us: a passkey is made for one site and answers no other. */
export interface Site {
	readonly name: string;
	readonly origin: string;
}

const CHALLENGE_MS = 5 * 60 * 1000;

// It is large and few need it.
const library = () => import('@simplewebauthn/server');

type Library = Awaited<ReturnType<typeof library>>;
type Registration = Parameters<Library['verifyRegistrationResponse']>[0]['response'];
type Assertion = Parameters<Library['verifyAuthenticationResponse']>[0]['response'];

const hostOf = ({ origin }: Site) => new URL(origin).hostname;

/** What a device needs to know to make a passkey for this person. */
export async function askForNewPasskey(
	db: Db,
	site: Site,
	person: { readonly id: string; readonly name: string; readonly email: string },
	now: Date
) {
	const { generateRegistrationOptions } = await library();
	const options = await generateRegistrationOptions({
		rpName: site.name,
		rpID: hostOf(site),
		userName: person.email,
		userDisplayName: person.name,
		userID: new TextEncoder().encode(person.id),
		attestationType: 'none',
		excludeCredentials: await credentialsOf(db, person.id),
		authenticatorSelection: { residentKey: 'required', userVerification: 'required' }
	});
	await remember(db, options.challenge, person.id, now);
	return options;
}

/** The passkey that a device made because this person asked for it just now; null when it did not. */
export async function readNewPasskey(
	db: Db,
	site: Site,
	userId: string,
	{ response, now }: { readonly response: unknown; readonly now: Date }
) {
	const { verifyRegistrationResponse } = await library();
	try {
		const { registrationInfo } = await verifyRegistrationResponse({
			// It looks at every part of it.
			response: response as Registration,
			expectedChallenge: (challenge) => answered(db, challenge, userId, now),
			expectedOrigin: site.origin,
			expectedRPID: hostOf(site),
			requireUserVerification: true
		});
		if (!registrationInfo) return null;
		const { id, publicKey, counter, transports = [] } = registrationInfo.credential;
		return { credentialId: id, publicKey, counter, transports: [...transports] };
	} catch {
		return null;
	}
}

/** What a device needs to know to prove who it belongs to; with a person, only his passkeys count. */
export async function askForPasskey(db: Db, site: Site, userId: string | null, now: Date) {
	const { generateAuthenticationOptions } = await library();
	const options = await generateAuthenticationOptions({
		rpID: hostOf(site),
		userVerification: 'required',
		...(userId !== null && { allowCredentials: await credentialsOf(db, userId) })
	});
	await remember(db, options.challenge, null, now);
	return options;
}

/** Whose passkey answered what was asked just now, which counts once; null when none of ours did. */
export async function personOfPasskey(
	db: Db,
	site: Site,
	{ response, now }: { readonly response: unknown; readonly now: Date }
): Promise<string | null> {
	const { verifyAuthenticationResponse } = await library();
	const credentialId = (response as Partial<Assertion> | null)?.id;
	if (typeof credentialId !== 'string') return null;
	const isIt = eq(passkeys.credentialId, credentialId);
	const [passkey] = await db.select().from(passkeys).where(isIt);
	if (!passkey) return null;
	const { publicKey, counter, transports } = passkey;
	try {
		const { verified, authenticationInfo } = await verifyAuthenticationResponse({
			response: response as Assertion,
			expectedChallenge: (challenge) => answered(db, challenge, null, now),
			expectedOrigin: site.origin,
			expectedRPID: hostOf(site),
			credential: { id: credentialId, publicKey: new Uint8Array(publicKey), counter, transports },
			requireUserVerification: true
		});
		if (!verified) return null;
		const used = { counter: authenticationInfo.newCounter, lastUsedAt: now };
		await db.update(passkeys).set(used).where(isIt);
		return passkey.userId;
	} catch {
		return null;
	}
}

async function credentialsOf(db: Db, userId: string) {
	const rows = await db
		.select({ id: passkeys.credentialId, transports: passkeys.transports })
		.from(passkeys)
		.where(eq(passkeys.userId, userId));
	return rows;
}

async function remember(db: Db, challenge: string, userId: string | null, now: Date) {
	await db.delete(passkeyChallenges).where(lt(passkeyChallenges.expiresAt, now));
	const expiresAt = new Date(now.getTime() + CHALLENGE_MS);
	await db.insert(passkeyChallenges).values({ challenge, userId, expiresAt });
}

/** True once for each challenge, for the person it was made for. */
async function answered(
	db: Db,
	challenge: string,
	userId: string | null,
	now: Date
): Promise<boolean> {
	const { expiresAt, userId: owner } = passkeyChallenges;
	const isHis = userId === null ? isNull(owner) : eq(owner, userId);
	const used = await db
		.delete(passkeyChallenges)
		.where(and(eq(passkeyChallenges.challenge, challenge), isHis, gt(expiresAt, now)))
		.returning({ challenge: passkeyChallenges.challenge });
	return used.length > 0;
}
