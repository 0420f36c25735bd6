/** The 50,000 passwords of eight and more characters that are used most; it brings no types. */
declare module 'fxa-common-password-list' {
	const list: { test(password: string): boolean };
	export default list;
}
