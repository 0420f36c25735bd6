import path from 'node:path';
import { z } from 'zod';

const emptyIsAbsent = (value: unknown) => (value === '' ? undefined : value);
const optional = <Schema extends z.ZodType>(schema: Schema) =>
	z.preprocess(emptyIsAbsent, schema.optional());

const Environment = z.object({
	PORT: z.preprocess(emptyIsAbsent, z.coerce.number().int().min(0).max(65535).default(3000)),
	HOST: z.preprocess(emptyIsAbsent, z.string().default('127.0.0.1')),
	ORIGIN: optional(z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin)),
	DATABASE_URL: optional(z.url({ protocol: /^postgres(ql)?$/ })),
	DATA_DIR: z.preprocess(emptyIsAbsent, z.string().default('.data')),
	SECRET: optional(z.string().min(32)),
	TRUSTED_PROXIES: z.preprocess(emptyIsAbsent, z.coerce.number().int().min(0).max(10).default(0)),
	WEB_PROCESSES: z.preprocess(emptyIsAbsent, z.coerce.number().int().min(1).max(32).default(1)),
	WORKER_PROCESSES: z.preprocess(emptyIsAbsent, z.coerce.number().int().min(1).max(32).default(1))
});

/** Everything a process needs to know from outside. */
export interface Config {
	readonly port: number;
	readonly host: string;
	/** The address people use, when a proxy hides it; null means: what the request says. */
	readonly origin: string | null;
	readonly databaseUrl: string | null;
	readonly dataDir: string;
	/** Signs cookies; the start script makes one in DATA_DIR and hands it over. */
	readonly secret: string | null;
	/** How many proxies in front may be believed about protocol and client address. */
	readonly trustedProxies: number;
	/** How many of each `npm start` runs; web processes share the one port. */
	readonly webProcesses: number;
	readonly workerProcesses: number;
}

export class ConfigError extends Error {
	override readonly name = 'ConfigError';
}

const MEANING: Readonly<Record<keyof z.infer<typeof Environment>, string>> = {
	PORT: 'a number from 0 to 65535',
	HOST: 'an address of this machine',
	ORIGIN: 'the address people use, such as https://crm.example.com',
	DATABASE_URL: 'a PostgreSQL address, such as postgres://user:password@host:5432/tandem',
	DATA_DIR: 'a folder',
	SECRET: 'at least 32 random characters',
	TRUSTED_PROXIES: 'how many proxies stand in front, from 0 to 10',
	WEB_PROCESSES: 'how many web processes share the port, from 1 to 32',
	WORKER_PROCESSES: 'how many workers run, from 1 to 32'
};

/** Reads the settings, or says in one sentence which of them is wrong. */
export function readConfig(env: Readonly<Record<string, string | undefined>>): Config {
	const read = Environment.safeParse(env);
	if (!read.success) {
		const wrong = Environment.keyof().options.find(
			(name) => read.error.issues[0]?.path[0] === name
		);
		throw new ConfigError(
			`The setting ${wrong} is not valid: it has to be ${wrong && MEANING[wrong]}.`
		);
	}
	return {
		port: read.data.PORT,
		host: read.data.HOST,
		origin: read.data.ORIGIN ?? null,
		databaseUrl: read.data.DATABASE_URL ?? null,
		dataDir: path.resolve(read.data.DATA_DIR),
		secret: read.data.SECRET ?? null,
		trustedProxies: read.data.TRUSTED_PROXIES,
		webProcesses: read.data.WEB_PROCESSES,
		workerProcesses: read.data.WORKER_PROCESSES
	};
}

/** True when only this machine can reach the address. */
export const isLoopback = (host: string) =>
	host === 'localhost' || host === '::1' || host === '[::1]' || /^127\./.test(host);
