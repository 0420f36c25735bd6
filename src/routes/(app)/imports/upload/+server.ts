import { error, json, redirect, type RequestHandler } from '@sveltejs/kit';
import { beginImport } from '#lib/features/imports/commands.server.ts';
import { mayImport } from '#lib/features/imports/policy.ts';
import { BeginImport, MAX_FILE_BYTES, type UploadFault } from '#lib/features/imports/schema.ts';
import type { Ctx } from '#lib/server/context.ts';
import { EncodingSniffer } from '#lib/server/csv/encoding.ts';
import { receiveFile } from '#lib/server/storage/multipart.ts';
import { removeUpload } from '#lib/server/storage/uploads.ts';
import { ctxOf } from '#lib/server/web/context.ts';
import { orErrorPage } from '#lib/server/web/errors.ts';
import { m } from '#lib/messages/messages.js';

type Outcome =
	{ readonly ok: true; readonly id: string } | { readonly ok: false; readonly reason: UploadFault };

/** Takes the file of /imports/new, with JavaScript (answers JSON) or without (leads on). */
export const POST: RequestHandler = async (event) => {
	const ctx = ctxOf(event);
	if (!mayImport(ctx.actor)) error(403, { message: m.imports_not_allowed() });
	const outcome = await orErrorPage(() => take(ctx, event.request));
	const wantsJson = event.request.headers.get('accept') === 'application/json';
	if (wantsJson) return json(outcome, { status: outcome.ok ? 201 : 422 });
	redirect(303, outcome.ok ? `/imports/${outcome.id}` : `/imports/new?fault=${outcome.reason}`);
};

async function take(ctx: Ctx, request: Request): Promise<Outcome> {
	const sniffer = new EncodingSniffer();
	const received = await receiveFile(request, {
		limitBytes: MAX_FILE_BYTES,
		seen: (piece) => sniffer.push(piece)
	});
	if (!received.ok) return received;
	const { file, fields } = received;
	const chosen = BeginImport.safeParse(fields);
	if (!chosen.success) {
		await removeUpload(file.storedAs);
		return { ok: false, reason: 'no_department' };
	}
	const begun = await beginImport(ctx, { ...chosen.data, file, sniffed: sniffer.result() });
	return begun.ok ? { ok: true, id: begun.value.id } : { ok: false, reason: begun.error };
}
