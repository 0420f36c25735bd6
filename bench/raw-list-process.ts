// The limit for the list page: plain Node and one statement, no session, no rights, no filters, no layout.
// It prints the same fifty rows that Tandem's page shows, so that both sides answer the same question.
import http from 'node:http';
import postgres from 'postgres';

const sql = postgres(process.env.DATABASE_URL ?? '', { max: 10 });

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string | null) => (text ?? '').replace(/[&<>"]/g, (c) => escapes[c] ?? c);

const server = http.createServer((request, response) => {
	page(new URL(request.url ?? '/', 'http://localhost')).then(
		(html) => {
			response.setHeader('content-type', 'text/html; charset=utf-8');
			response.end(html);
		},
		(error: unknown) => response.writeHead(500).end(String(error))
	);
});

async function page(url: URL): Promise<string> {
	const [name, id] = [url.searchParams.get('name'), url.searchParams.get('id')];
	const after =
		name === null || id === null ? sql`` : sql`and (c.name, c.id) > (${name}, ${id}::uuid)`;
	const rows = await sql`
		select c.id, c.name, c.country, c.city, c.updated_at, t.name as type, u.name as owner,
			(select e.address from company_emails e where e.company_id = c.id order by e.position limit 1) as email,
			(select coalesce(p.e164, p.raw) from company_phones p where p.company_id = c.id order by p.position limit 1) as phone,
			(select string_agg(g.name, ', ' order by g.name) from company_tags x join tags g on g.id = x.tag_id where x.company_id = c.id) as tags
		from companies c left join users u on u.id = c.owner_id left join client_types t on t.id = c.type_id
		where c.deleted_at is null ${after} order by c.name, c.id limit 50`;
	const lines = rows.map((row) => {
		const cells = [
			row.email,
			row.phone,
			`${row.city}, ${row.country}`,
			row.type,
			row.tags,
			row.owner
		];
		const updated = (row.updated_at as Date).toISOString();
		return `<tr><th><a href="/companies/${row.id}">${escape(row.name)}</a></th>${cells.map((cell) => `<td>${escape(cell)}</td>`).join('')}<td>${updated}</td></tr>`;
	});
	return `<!doctype html><title>Companies</title><table>${lines.join('')}</table>`;
}

server.listen(0, '127.0.0.1', () => {
	const address = server.address();
	process.send?.(typeof address === 'object' ? address?.port : null);
});
process.on('disconnect', () => process.exit());
