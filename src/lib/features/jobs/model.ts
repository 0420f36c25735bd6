import { isId } from '#lib/shared/ids.ts';

const REASON_MAX = 300;
const MASKED = '…';
const INSTANT = /^\d{4}-\d\d-\d\d(T[\d:.]+Z?)?$/;

/** What a job was given, without anything that people wrote: ids, numbers and times say which one it is. */
export function safeInput(input: unknown): readonly (readonly [string, string])[] {
	if (typeof input !== 'object' || input === null) return [];
	return Object.entries(input).map(([name, value]) => [name, safeValue(value)]);
}

function safeValue(value: unknown): string {
	if (typeof value === 'number' || typeof value === 'boolean' || value === null)
		return String(value);
	const isSafe = isId(value) || (typeof value === 'string' && INSTANT.test(value));
	return isSafe ? value : MASKED;
}

/** Why a job failed, in one line, without what stood in quotes, addresses or the values of a statement. */
export function safeReason(output: unknown): string {
	const messages = messagesOf(output).map((message) =>
		(message.split(/\n|\bparams:/)[0] ?? '')
			.replace(/[^\s<>()"',;]+@[^\s<>()"',;]+/g, MASKED)
			.replace(/(["“„'«])(?:(?!\1)[^"”'»])+(["”'»])/g, `$1${MASKED}$2`)
			.trim()
	);
	const reason = messages.filter(Boolean).join(' – ');
	return reason.length > REASON_MAX ? `${reason.slice(0, REASON_MAX)}${MASKED}` : reason;
}

/** What was thrown, and why that was. */
function messagesOf(output: unknown): readonly string[] {
	if (typeof output !== 'object' || output === null) return [];
	const { message, cause, value } = output as Readonly<Record<string, unknown>>;
	const own = [message, value].filter((part) => typeof part === 'string');
	return [...own, ...messagesOf(cause)];
}
