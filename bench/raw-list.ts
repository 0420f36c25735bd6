// The limit for the list page: plain Node and one statement, no session, no rights, no filters, no layout.
// It prints the same fifty rows that Tandem's page shows, so that both sides answer the same question.
import http from 'node:http';
import postgres from 'postgres';

const sql = postgres(process.env.DATABASE_URL ?? '', { max: 4 });

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string | null) => (text ?? '').replace(/[&<>"]/g, (c) => escapes[c] ?? c);

const server = http.createServer((request, response) => {
	void page(new URL(request.url ?? '/', 'http://localhost')).then((html) => {
		response.setHeader('content-type', 'text/html; charset=utf-8');
		response.end(html);
	});
});

async function page(url: URL): Promise<string> {
	const [name, id] = [url.searchParams.get('name'), url.searchParams.get('id')];
	const after = name === null || id === null ? sql`` : sql`and (c.name, c.id) > (${name}, ${id})`;
	const rows = await sql`
		select c.id, c.name, c.number, c.city, u.name as owner,
			(select e.address from company_emails e where e.company_id = c.id order by e.position limit 1) as email
		from companies c left join users u on u.id = c.owner_id
		where c.deleted_at is null ${after} order by c.name, c.id limit 50`;
	const cells = rows.map(
		(row) =>
			`<tr><td><a href="/companies/${row.id}">${escape(row.name)}</a></td><td>${row.number}</td><td>${escape(row.city)}</td><td>${escape(row.email)}</td><td>${escape(row.owner)}</td></tr>`
	);
	return `<!doctype html><title>Companies</title><table>${cells.join('')}</table>`;
}

server.listen(Number(process.env.PORT), '127.0.0.1', () => process.send?.('ready'));
process.on('disconnect', () => process.exit());
