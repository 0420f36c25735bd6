/** One thing that a mail tells. */
export interface LetterEntry {
	readonly text: string;
	/** Why he is told, or what belongs to it. */
	readonly detail: string | null;
	readonly href: string | null;
}

/** A mail's contents, in its reader's language. */
export interface LetterContents {
	readonly language: 'en' | 'de';
	readonly heading: string;
	readonly entries: readonly LetterEntry[];
	/** Name of the link of each entry. */
	readonly open: string;
	/** Why it was sent and how to have it otherwise. */
	readonly foot: string;
	readonly settings: { readonly label: string; readonly href: string };
}

/** The mail as text, and as a page that needs nothing from outside. */
export const letterOf = (contents: LetterContents) => ({
	text: asText(contents),
	html: asHtml(contents)
});

const asText = ({ heading, entries, foot, settings }: LetterContents) =>
	[
		heading,
		...entries.map(({ text, detail, href }) => [text, detail, href].filter(Boolean).join('\n')),
		`-- \n${foot}\n${settings.label}: ${settings.href}`
	].join('\n\n');

const asHtml = ({ language, heading, entries, open, foot, settings }: LetterContents) =>
	`<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
	`<title>${escaped(heading)}</title></head>` +
	`<body style="margin:0;padding:24px;background:#f5f6f8;color:#1c1f26;font:15px/1.5 system-ui,sans-serif">` +
	`<div style="max-width:560px;margin:0 auto;padding:24px;background:#fff;border:1px solid #dfe2e8;border-radius:10px">` +
	`<h1 style="margin:0 0 16px;font-size:18px;overflow-wrap:anywhere">${escaped(heading)}</h1>` +
	entries.map((entry) => entryAsHtml(entry, open)).join('') +
	`</div><p style="max-width:560px;margin:16px auto 0;color:#5a6070;font-size:13px">${escaped(foot)} ` +
	`<a style="color:#3b4cc0" href="${escaped(settings.href)}">${escaped(settings.label)}</a></p></body></html>`;

const entryAsHtml = ({ text, detail, href }: LetterEntry, open: string) =>
	`<div style="margin:0 0 16px;overflow-wrap:anywhere"><div style="white-space:pre-wrap">${escaped(text)}</div>` +
	(detail ? `<div style="color:#5a6070;font-size:13px">${escaped(detail)}</div>` : '') +
	(href
		? `<a style="display:inline-block;margin-top:6px;padding:7px 14px;border-radius:6px;background:#3b4cc0;color:#fff;text-decoration:none" href="${escaped(href)}">${escaped(open)}</a>`
		: '') +
	`</div>`;

const ENTITIES: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;'
};

const escaped = (text: string) => text.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
