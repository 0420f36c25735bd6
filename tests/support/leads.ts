import { createLead } from '#lib/features/leads/commands.server.ts';
import type { RecordValues } from '#lib/records/values.ts';
import type { Ctx } from '#lib/server/context.ts';

/** A lead of this person's; answers its id. */
export async function aLead(ctx: Ctx, values: RecordValues = {}): Promise<string> {
	const created = await createLead(ctx, {
		values: { firstName: 'Anna', lastName: 'Maier', ...values }
	});
	if (!created.ok) throw new Error(JSON.stringify(created));
	return created.value.id;
}

/** E-mail addresses or phone numbers as a field holds them. */
export const addresses = (...all: readonly string[]) =>
	Object.fromEntries(
		all.map((address, position) => [`e${position}`, { address, label: 'work', position } as const])
	);

export const numbers = (...all: readonly string[]) =>
	Object.fromEntries(
		all.map((raw, position) => [
			`p${position}`,
			{ raw, e164: null, label: 'work', position } as const
		])
	);
