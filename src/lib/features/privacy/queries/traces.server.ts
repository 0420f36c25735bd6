import { and, asc, eq, inArray, or, sql } from 'drizzle-orm';
import type { Ctx } from '#lib/server/context.ts';
import { changes, users } from '#lib/server/db/tables/index.ts';
import type { ServerKind } from '#lib/server/records/kind.ts';
import { readValues } from '#lib/server/records/row.ts';
import type { Json } from '#lib/shared/json.ts';
import { tailOf, wholeName, type Traces } from '../model.ts';
import type { OnePerson } from '../schema.ts';
import { ownRecordsOf, type OwnRecord } from './person.server.ts';

export interface KnownPerson {
	/** The records that are about him. */
	readonly own: readonly OwnRecord[];
	/** By which he alone is recognised. */
	readonly traces: Traces;
	/** What others have too, such as the switchboard of a company: it is not his alone. */
	readonly shared: readonly string[];
}

/** What is known of a person now and was ever known of him, and which of it is his alone. */
export async function knowPerson(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	person: OnePerson
): Promise<KnownPerson> {
	if (person.kind === 'user') return apart(ctx, person, [], await tracesOfUser(ctx, person.id));
	const certain = await ownRecordsOf(ctx, person);
	const first = await apart(ctx, person, certain, await tracesOf(ctx, kinds, certain));
	// Inquiries that nobody has linked yet, by an address that is only his.
	const own = await ownRecordsOf(ctx, person, first.traces.emails);
	if (own.length === certain.length) return first;
	return apart(ctx, person, own, await tracesOf(ctx, kinds, own));
}

class Collected {
	readonly names = new Set<string>();
	readonly emails = new Set<string>();
	readonly phones = new Set<string>();
	#name: Record<string, Json> = {};

	/** Fields of a record as they were at one time. */
	take(values: Readonly<Record<string, Json>>): void {
		this.#name = { ...this.#name, ...values };
		const { firstName, middleName, lastName } = this.#name;
		const [first, middle, last] = [firstName, middleName, lastName].map((part) =>
			typeof part === 'string' ? part : null
		);
		for (const name of [wholeName(first, middle, last), wholeName(first, last)]) {
			if (name) this.names.add(name);
		}
		this.#entries(values.emails ?? null);
		this.#entries(values.phones ?? null);
	}

	/** What a visitor wrote: there the names are other ones. */
	takeReceived(value: Json): void {
		if (typeof value !== 'object' || value === null || Array.isArray(value)) return;
		const { name, email, phone } = value as Readonly<Record<string, Json>>;
		const whole = wholeName(typeof name === 'string' ? name : null);
		if (whole) this.names.add(whole);
		if (typeof email === 'string' && email.includes('@')) this.emails.add(email.toLowerCase());
		if (typeof phone === 'string') this.phones.add(phone);
	}

	#entries(value: Json): void {
		if (typeof value !== 'object' || value === null) return;
		const { address, raw, e164 } = value as Readonly<Record<string, Json>>;
		if (typeof address === 'string') this.emails.add(address.toLowerCase());
		for (const phone of [raw, e164]) if (typeof phone === 'string') this.phones.add(phone);
		for (const part of Object.values(value)) this.#entries(part as Json);
	}

	traces = (): Traces => ({
		names: [...this.names],
		emails: [...this.emails],
		phones: [...this.phones].filter((phone) => tailOf(phone) !== null)
	});
}

async function tracesOf(
	ctx: Ctx,
	kinds: readonly ServerKind[],
	own: readonly OwnRecord[]
): Promise<Traces> {
	const collected = new Collected();
	for (const { kind, id } of own) {
		const serverKind = kinds.find((one) => one.kind.name === kind);
		if (!serverKind) continue;
		// Each record has a name of its own.
		collected.take({ firstName: null, middleName: null, lastName: null });
		await takeHistory(ctx, collected, { kind, id });
		const [row] = await ctx.db
			.select()
			.from(serverKind.table as never)
			.where(eq(serverKind.table.id, id));
		if (!row) continue;
		const values = await readValues(ctx, serverKind, row as never); // of the kind's own table
		collected.take(values as Readonly<Record<string, Json>>);
		collected.takeReceived((row as { received?: Json }).received ?? null);
	}
	return collected.traces();
}

async function takeHistory(ctx: Ctx, collected: Collected, { kind, id }: OwnRecord) {
	const told = ['firstName', 'middleName', 'lastName', 'emails', 'phones'];
	const rows = await ctx.db
		.select({ field: changes.field, act: changes.act, old: changes.old, new: changes.new })
		.from(changes)
		.where(
			and(
				eq(changes.kind, kind),
				eq(changes.recordId, id),
				or(eq(changes.act, 'create'), inArray(changes.field, told))
			)
		)
		.orderBy(asc(changes.rev), asc(changes.id));
	for (const row of rows) {
		if (row.field !== null) {
			collected.take({ [row.field]: row.old as Json });
			collected.take({ [row.field]: row.new as Json });
		} else if (typeof row.new === 'object' && row.new !== null) {
			collected.take(row.new as Readonly<Record<string, Json>>);
		}
	}
}

async function tracesOfUser(ctx: Ctx, id: string): Promise<Traces> {
	const [user] = await ctx.db
		.select({ name: users.name, email: users.email })
		.from(users)
		.where(eq(users.id, id));
	const past = await ctx.db
		.select({ field: changes.field, old: changes.old, new: changes.new })
		.from(changes)
		.where(
			and(
				eq(changes.kind, 'user'),
				eq(changes.recordId, id),
				or(eq(changes.act, 'create'), inArray(changes.field, ['name', 'email']))
			)
		);
	const seen = { name: new Set([user?.name]), email: new Set([user?.email]) };
	for (const row of past) {
		for (const value of [row.old, row.new]) {
			const told = row.field === null ? value : { [row.field]: value };
			const { name, email } = (told ?? {}) as Readonly<Record<string, unknown>>;
			if (typeof name === 'string') seen.name.add(name);
			if (typeof email === 'string') seen.email.add(email);
		}
	}
	return {
		names: [...seen.name].flatMap((name) => wholeName(name) ?? []),
		emails: [...seen.email].flatMap((email) => email?.toLowerCase() ?? []),
		phones: []
	};
}

/** Sorts out what other people and companies have as well. */
async function apart(
	ctx: Ctx,
	person: OnePerson,
	own: readonly OwnRecord[],
	traces: Traces
): Promise<KnownPerson> {
	const mine = (kind: string) =>
		sql`(select value::uuid from jsonb_array_elements_text(${JSON.stringify([
			...own.filter((one) => one.kind === kind).map(({ id }) => id),
			...(person.kind === kind ? [person.id] : [])
		])}::text::jsonb))`;
	const listed = (values: readonly string[]) =>
		sql`(select value from jsonb_array_elements_text(${JSON.stringify(values)}::text::jsonb))`;
	const tails = traces.phones.flatMap((phone) => tailOf(phone) ?? []);
	const live = (kind: 'contact' | 'lead', table: string) =>
		sql`select id from ${sql.raw(table)} where deleted_at is null and id not in ${mine(kind)}`;
	const others = await ctx.db.execute<{ what: 'name' | 'email' | 'phone'; value: string }>(sql`
		with contact as (${live('contact', 'contacts')}), lead as (${live('lead', 'leads')})
		select 'name' as what, full_name as value from contacts join contact using (id)
			where lower(full_name) in ${listed(lower(traces.names))}
		union select 'name', full_name from leads join lead using (id)
			where lower(full_name) in ${listed(lower(traces.names))}
		union select 'name', name from users
			where id not in ${mine('user')} and lower(name) in ${listed(lower(traces.names))}
		union select 'email', lower(address) from company_emails
			where lower(address) in ${listed(traces.emails)}
		union select 'email', lower(address) from contact_emails join contact on contact.id = contact_id
			where lower(address) in ${listed(traces.emails)}
		union select 'email', lower(address) from lead_emails join lead on lead.id = lead_id
			where lower(address) in ${listed(traces.emails)}
		union select 'email', lower(email) from users
			where id not in ${mine('user')} and lower(email) in ${listed(traces.emails)}
		union select 'phone', right(regexp_replace(raw, '[^0-9]', '', 'g'), 8) from company_phones where right(regexp_replace(raw, '[^0-9]', '', 'g'), 8) in ${listed(tails)}
		union select 'phone', right(regexp_replace(raw, '[^0-9]', '', 'g'), 8) from contact_phones join contact on contact.id = contact_id
			where right(regexp_replace(raw, '[^0-9]', '', 'g'), 8) in ${listed(tails)}
		union select 'phone', right(regexp_replace(raw, '[^0-9]', '', 'g'), 8) from lead_phones join lead on lead.id = lead_id
			where right(regexp_replace(raw, '[^0-9]', '', 'g'), 8) in ${listed(tails)}`);
	const has = (what: string, value: string) =>
		others.some((one) => one.what === what && one.value.toLowerCase() === value.toLowerCase());
	const isShared = {
		name: (name: string) => has('name', name),
		email: (email: string) => has('email', email),
		phone: (phone: string) => has('phone', tailOf(phone) ?? '')
	};
	return {
		own,
		traces: {
			names: traces.names.filter((name) => !isShared.name(name)),
			emails: traces.emails.filter((email) => !isShared.email(email)),
			phones: traces.phones.filter((phone) => !isShared.phone(phone))
		},
		shared: [
			...traces.names.filter(isShared.name),
			...traces.emails.filter(isShared.email),
			...traces.phones.filter(isShared.phone)
		]
	};
}

const lower = (texts: readonly string[]) => texts.map((text) => text.toLowerCase());
