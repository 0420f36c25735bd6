/** What a command answers: done with a value, or an expected refusal whose literal the caller phrases. */
export type Result<Value, Reason extends string = never> =
	{ readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: Reason };

export const ok = <Value>(value: Value) => ({ ok: true, value }) as const;

export const fail = <Reason extends string>(error: Reason) => ({ ok: false, error }) as const;
