import { ConfigError } from '#lib/server/config.ts';

/** Something the person at the keyboard can put right; the message is the one sentence that says how. */
export class Sentence extends Error {
	override readonly name = 'Sentence';
}

/** Runs a script; what a person can put right ends in one sentence, a bug in its stack trace. */
export async function runScript(main: () => Promise<void>): Promise<void> {
	try {
		await main();
	} catch (error) {
		const told = sentenceFor(error);
		console.error(told ?? error);
		process.exitCode = 1;
	}
	// Everything is put away by now; the channel to the parent would keep an empty process alive.
	process.exit();
}

/** The system's or the database's code of an error; '' when it has none. */
export const codeOf = (error: unknown) =>
	error instanceof Error && 'code' in error ? String(error.code) : '';

/** The sentence for something that a person can put right, else null. */
export function sentenceFor(error: unknown): string | null {
	if (!(error instanceof Error)) return null;
	if (error instanceof Sentence || error instanceof ConfigError) return error.message;
	// Raised in a bundle or another process, where the class is another one.
	if (['DatabaseRefused', 'BackupRefused'].includes(error.name)) return error.message;
	return driverSentence(error);
}

function driverSentence(error: Error): string | null {
	const where = 'path' in error ? ` ${String(error.path)}` : '';
	switch (codeOf(error)) {
		case 'EACCES':
		case 'EPERM':
		case 'EROFS':
		case 'ENOTDIR':
			return `This user may not write${where}: give it the right, or set DATA_DIR to a folder that may be written.`;
		case 'ENOSPC':
			return 'The disk is full: make room and start again.';
		case 'ECONNREFUSED':
		case 'ENOTFOUND':
		case 'EAI_AGAIN':
		case 'ETIMEDOUT':
		case 'CONNECT_TIMEOUT':
		case '57P03':
			return 'The database does not answer: check that it runs and that DATABASE_URL is right.';
		case '28P01':
		case '28000':
			return 'The database refuses the sign-in: check user and password in DATABASE_URL.';
		case '3D000':
			return 'The database named in DATABASE_URL does not exist: create it first.';
		case '42501':
			return `The database user lacks a right (${error.message}): make it the owner of the database.`;
		default:
			return null;
	}
}
