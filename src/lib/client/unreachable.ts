/**
 * True when a form was answered by nobody: no line, or something in between that is not our server.
 * What our server itself says about a failure is no Error object here.
 */
export const isUnreachable = (result: {
	readonly type: string;
	readonly error?: unknown;
}): boolean => result.type === 'error' && result.error instanceof Error;
