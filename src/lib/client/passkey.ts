/** What the server asks of a device, and what the device answers, as plain values. */
type CreationJson = PublicKeyCredentialCreationOptionsJSON;
type RequestJson = PublicKeyCredentialRequestOptionsJSON;

/** Whether this browser can make and use passkeys here: it wants https, and a name instead of a number. */
export const mayUsePasskeys = (): boolean =>
	typeof PublicKeyCredential === 'function' &&
	'parseCreationOptionsFromJSON' in PublicKeyCredential &&
	isSecureContext &&
	!/^[\d.]+$|:/.test(location.hostname);

/** Has the device make a passkey; null when the person thought better of it. */
export const makePasskey = (options: CreationJson): Promise<string | null> =>
	answerOf(() =>
		navigator.credentials.create({
			publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options)
		})
	);

/** Has the device prove who its person is; null when he thought better of it. */
export const usePasskey = (options: RequestJson): Promise<string | null> =>
	answerOf(() =>
		navigator.credentials.get({
			publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options)
		})
	);

async function answerOf(ask: () => Promise<Credential | null>): Promise<string | null> {
	try {
		const credential = await ask();
		return credential instanceof PublicKeyCredential ? JSON.stringify(credential.toJSON()) : null;
	} catch (thrown) {
		// Closed, timed out, or this device has one already.
		if (thrown instanceof DOMException) return null;
		throw thrown;
	}
}
