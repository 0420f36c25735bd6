/** The addresses of a list as people type it: commas, semicolons or lines between, "Name <address>" allowed. */
export function splitAddresses(text: string): readonly string[] {
	return text
		.split(/[,;\n]/u)
		.map((piece) => normalizeAddress(/<([^<>]*)>\s*$/u.exec(piece)?.[1] ?? piece))
		.filter((address) => address !== '');
}

/** The form in which addresses are stored and compared: without spaces around and in lower case. */
export const normalizeAddress = (address: string) => address.trim().toLowerCase();
