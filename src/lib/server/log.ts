import type { Log } from './context.ts';

interface LogOptions {
	readonly process: 'web' | 'worker' | 'script' | 'test';
	readonly requestId?: string;
	readonly write?: (line: string) => void;
}

/**
 * A log of one JSON line per event on standard output. Callers give ids and counts as facts, never
 * names, addresses or what people typed.
 */
export function createLog({ process: origin, requestId, write = toStdout }: LogOptions): Log {
	const at = (level: 'info' | 'warn' | 'error') => {
		return (event: string, facts: Readonly<Record<string, unknown>> = {}) => {
			const head = { at: new Date().toISOString(), level, process: origin, event };
			write(JSON.stringify({ ...head, ...(requestId && { requestId }), ...plain(facts) }));
		};
	};
	return { info: at('info'), warn: at('warn'), error: at('error') };
}

const toStdout = (line: string) => void process.stdout.write(`${line}\n`);

/** Errors are no JSON by themselves; a driver's `detail` quotes row contents and therefore stays out. */
function plain(facts: Readonly<Record<string, unknown>>) {
	return Object.fromEntries(
		Object.entries(facts).map(([name, fact]) => [
			name,
			fact instanceof Error ? plainError(fact) : fact
		])
	);
}

/** Drizzle puts the statement and its parameters, which are what people typed, into its message: the cause has neither. */
function plainError(error: Error): Readonly<Record<string, unknown>> {
	const { name, message, cause, stack = '' } = error;
	if (!message.startsWith('Failed query:')) return { name, message, stack };
	const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
	const reason = cause instanceof Error ? cause.message : 'unknown';
	return { name, message: `Query failed: ${reason}`, stack: frames.join('\n') };
}
