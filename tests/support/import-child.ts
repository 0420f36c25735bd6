// Uploads and imports a generated file in a process of its own, and reports how much memory that took.
// Arguments: person, department, size of the file in megabytes.
import { startImport, runImport } from '#lib/features/imports/commands.server.ts';
import { getImport } from '#lib/features/imports/queries.server.ts';
import { actorOfUser } from '#lib/server/auth/actor.ts';
import { connect } from '#lib/server/db/connect.ts';
import { stopEnqueueing } from '#lib/server/jobs/job.ts';
import { receiveFile } from '#lib/server/storage/multipart.ts';
import { EncodingSniffer } from '#lib/server/csv/encoding.ts';
import { beginImport } from '#lib/features/imports/commands.server.ts';
import { systemActor } from '#lib/shared/actor.ts';
import { createLog } from '#lib/server/log.ts';

const [personId = '', departmentId = '', megabytes = '100'] = process.argv.slice(2);
const { db, close } = connect(process.env.DATABASE_URL ?? '', { max: 2 });
const system = {
	db,
	actor: systemActor,
	now: new Date(),
	log: createLog({ process: 'test', write: () => {} })
};
const actor = await actorOfUser(db, personId);
if (!actor) throw new Error('nobody');
const ctx = { ...system, actor };

const NAMES = 2000;
const ROW_BYTES = 2000;

/** A form with one file of that size: two thousand names over and over, with a wide column to leave out. */
function* form(boundary: string) {
	yield `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="big.csv"\r\n\r\n`;
	yield 'Name,Rubbish\n';
	const filler = 'x'.repeat(ROW_BYTES);
	for (let row = 0; row * ROW_BYTES < Number(megabytes) * 1_000_000; row++) {
		yield `Company ${row % NAMES},"${filler}"\n`;
	}
	yield `\r\n--${boundary}--\r\n`;
}

let peak = 0;
const watch = () => (peak = Math.max(peak, process.memoryUsage().rss));
setInterval(watch, 20).unref();
const before = process.memoryUsage().rss;

const pieces = form('frontier');
const sniffer = new EncodingSniffer();
const received = await receiveFile(
	new Request('http://localhost/', {
		method: 'POST',
		headers: { 'content-type': 'multipart/form-data; boundary=frontier' },
		body: new ReadableStream({
			pull(controller) {
				const next = pieces.next();
				if (next.done) controller.close();
				else controller.enqueue(new TextEncoder().encode(next.value));
			}
		}),
		// Node wants to be told; the DOM's type does not know it.
		duplex: 'half'
	} as RequestInit),
	{ limitBytes: 100 * 1024 * 1024, seen: (piece) => sniffer.push(piece) }
);
if (!received.ok) throw new Error(received.reason);
const begun = await beginImport(ctx, {
	kind: 'company',
	departmentId,
	file: received.file,
	sniffed: sniffer.result()
});
if (!begun.ok) throw new Error(begun.error);
const { encoding, delimiter, hasHeader, mapping } = await getImport(ctx, begun.value.id);
const importId = begun.value.id;
await startImport(ctx, { importId, encoding, delimiter, hasHeader, mapping: [...mapping] });
await runImport(system, importId);
watch();
const { createdRows, skippedRows, sizeBytes, state } = await getImport(ctx, importId);
console.log(JSON.stringify({ before, peak, createdRows, skippedRows, sizeBytes, state }));
await Promise.all([close(), stopEnqueueing()]);
