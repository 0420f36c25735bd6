import passwords from 'fxa-common-password-list';

export type PasswordFault = 'password_common' | 'password_personal';

interface Owner {
	readonly name: string;
	readonly email: string;
}

/** Beside the words of its owner's name and address, a password has at least so many characters of its own. */
const OWN_MIN = 4;
const WORD_MIN = 3;
const PRODUCT = 'tandem';

/**
 * Why this may not be somebody's password: it is one that attackers try first, or little more than what
 * everybody knows of him (ASVS 6.2.4, 6.2.11). How long it has to be is said where it is read.
 */
export function faultOfPassword(password: string, owner: Owner): PasswordFault | null {
	if (isCommon(password)) return 'password_common';
	return isPersonal(password, owner) ? 'password_personal' : null;
}

/** Also in capitals, with digits and marks behind it, or the same few characters again and again. */
function isCommon(password: string): boolean {
	const plain = password.toLowerCase();
	const unmarked = plain.replace(/[\s!?.,*#$@_-]+$/, '');
	const bare = unmarked.replace(/\d+$/, '');
	if (new Set(plain).size < 5) return true;
	return [password, plain, unmarked, bare].some(
		(candidate) => candidate !== '' && passwords.test(candidate)
	);
}

function isPersonal(password: string, { name, email }: Owner): boolean {
	const words = [PRODUCT, email.toLowerCase(), ...parts(email), ...parts(name)]
		.filter((word) => word.length >= WORD_MIN)
		.sort((a, b) => b.length - a.length);
	const own = words.reduce((rest, word) => rest.replaceAll(word, ''), password.toLowerCase());
	return own.length < password.length && own.replace(/[\d\s\W_]/g, '').length < OWN_MIN;
}

const parts = (text: string) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u);
