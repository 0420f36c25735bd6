import { z } from 'zod';
import { DEMO_PASSWORD, demoEmail, demoPeople } from '#lib/features/demo/model.ts';
import type { Config } from '#lib/server/config.ts';

/** What preparing the database found out. */
export const Prepared = z.object({
	type: z.literal('prepared'),
	hasDemo: z.boolean(),
	/** One-time token for the set-up page; null once there is a user. */
	setupToken: z.string().nullable()
});

export type Prepared = z.infer<typeof Prepared>;

/** Tells whoever started Tandem where it is and how to get in. */
export function greet(config: Config, { hasDemo, setupToken }: Prepared) {
	const address = addressOf(config);
	console.log(`\nTandem is running at ${address}\n`);
	if (hasDemo) {
		console.log(`Demo sign-ins (password ${DEMO_PASSWORD}):`);
		for (const { key, name, role } of demoPeople) {
			console.log(`  ${demoEmail(key).padEnd(24)} ${name}, ${role}`);
		}
		console.log();
	}
	if (setupToken) {
		console.log('Nobody can sign in yet. Make the first administrator here (valid once):');
		console.log(`  ${address}/set-up?token=${setupToken}\n`);
	}
	console.log('Ctrl-C stops everything.');
}

function addressOf({ origin, host, port }: Config) {
	if (origin) return origin;
	const shown = host === '127.0.0.1' || host === '0.0.0.0' || host === '::' ? 'localhost' : host;
	return `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`;
}
