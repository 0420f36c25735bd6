import { keptForFile } from '#lib/features/kept/queries.server.ts';
import { KeptFile, type KeptItem } from '#lib/features/kept/schema.ts';
import { m } from '#lib/messages/messages.js';
import { ctxOf } from '#lib/server/web/context.ts';
import { orErrorPage } from '#lib/server/web/errors.ts';
import { Format } from '#lib/ui/format.ts';
import { fieldOf, reasonOf, textOf, titleOf } from '../words.ts';
import type { RequestHandler } from './$types';

const TYPES = { json: 'application/json', text: 'text/plain; charset=utf-8' } as const;

/** Everything that waits for the person, or one text, as JSON or to be read; nobody else's. */
export const GET: RequestHandler = async (event) => {
	const ctx = ctxOf(event);
	const { format, id } = KeptFile.parse({
		format: event.url.searchParams.get('format') ?? undefined,
		id: event.url.searchParams.get('id') ?? undefined
	});
	const { kinds, locale } = event.locals;
	const kept = await orErrorPage(() => keptForFile(ctx, kinds, id));
	const words = {
		names: kept.names,
		format: new Format({ locale, timeZone: ctx.actor.timeZone, now: ctx.now })
	};
	const body =
		format === 'json'
			? JSON.stringify(
					kept.items.map((item) => asFact(item, kept.updates.get(item.id))),
					null,
					2
				)
			: [
					m.kept_file_heading({ when: words.format.instant(ctx.now) }),
					...kept.items.map((item) => asText(item, words))
				].join('\n\n');
	const name = `kept-${ctx.now.toISOString().slice(0, 10)}.${format === 'json' ? 'json' : 'txt'}`;
	return new Response(`${body}\n`, {
		headers: {
			'content-type': TYPES[format],
			'content-disposition': `attachment; filename="${name}"`,
			'cache-control': 'private, no-store'
		}
	});
};

const asFact = (
	{ id, at, reason, fault, field, value, current, record }: KeptItem,
	update: Uint8Array | null | undefined
) => ({
	...{ id, at, reason, kind: record.kind, recordId: record.id, title: record.title },
	...{ field, value, current, fault },
	...(update ? { update: Buffer.from(update).toString('base64') } : {})
});

function asText(item: KeptItem, words: Parameters<typeof textOf>[2]): string {
	const lines = [
		[m.kept_file_record(), titleOf(item)],
		[m.kept_file_field(), fieldOf(item)],
		[m.kept_file_when(), words.format.instant(item.at)],
		[m.kept_file_why(), reasonOf(item)],
		[m.kept_your_text(), textOf(item, item.value, words)],
		[m.kept_record_holds(), textOf(item, item.current, words)]
	];
	return lines
		.filter(([, text]) => text !== '')
		.map(([label, text]) => (text?.includes('\n') ? `${label}:\n${text}` : `${label}: ${text}`))
		.join('\n');
}
