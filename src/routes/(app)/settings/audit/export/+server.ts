import { error, type RequestHandler } from '@sveltejs/kit';
import { mayReadAudit } from '#lib/features/activity/policy.ts';
import { auditLines, type AuditEntry } from '#lib/features/activity/queries.server.ts';
import { AuditQuery } from '#lib/features/activity/schema.ts';
import { m } from '#lib/messages/messages.js';
import { ctxOf } from '#lib/server/web/context.ts';
import { disposition } from '#lib/server/web/file-response.ts';
import { csvLine } from '#lib/shared/csv.ts';

const COLUMNS = [
	...['at', 'entry', 'person', 'person_id', 'source', 'kind', 'record', 'rev', 'act', 'field'],
	...['old', 'new', 'kept_aside', 'batch']
];

/** What the audit page shows, every entry of it, as CSV; read and sent page by page. */
export const GET: RequestHandler = (event) => {
	const ctx = ctxOf(event);
	if (!mayReadAudit(ctx.actor)) error(403, { message: m.users_stop_forbidden() });
	const query = AuditQuery.parse(Object.fromEntries(event.url.searchParams));
	const pages = auditLines(ctx, event.locals.kinds, query);
	const text = new TextEncoder();
	let begun = false;
	const body = new ReadableStream<Uint8Array>(
		{
			async pull(controller) {
				if (!begun) {
					begun = true;
					// With the mark, spreadsheets read the file as Unicode.
					return controller.enqueue(text.encode(`\uFEFF${csvLine(COLUMNS)}`));
				}
				const next = await pages.next();
				if (next.done) controller.close();
				else controller.enqueue(text.encode(next.value.map(lineOf).join('')));
			},
			cancel: async () => void (await pages.return(undefined))
		},
		{ highWaterMark: 0 }
	);
	const name = `tandem-audit-${ctx.now.toISOString().slice(0, 10)}.csv`;
	return new Response(body, {
		headers: {
			'content-type': 'text/csv; charset=utf-8',
			'content-disposition': disposition('attachment', name),
			'cache-control': 'no-store'
		}
	});
};

function lineOf(entry: AuditEntry): string {
	const { actor, old, new: fresh } = entry;
	return csvLine([
		entry.at.toISOString(),
		entry.id,
		actor?.name ?? '',
		actor?.id ?? '',
		entry.source,
		entry.kind,
		entry.recordId,
		String(entry.rev),
		entry.act,
		entry.field ?? '',
		cellOf(old),
		cellOf(fresh),
		entry.conflict ? 'yes' : '',
		entry.batchId ?? ''
	]);
}

const cellOf = (value: AuditEntry['old']) =>
	value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
