import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';

interface Asked {
	readonly challenge: string;
}

/** A device that holds one passkey: what it signs is real, and who holds it is asked for nothing. */
export function passkeyDevice(origin: string) {
	const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	const id = randomBytes(16);
	const { hostname } = new URL(origin);
	const said = (type: string, { challenge }: Asked, where = origin) =>
		Buffer.from(JSON.stringify({ type, challenge, origin: where, crossOrigin: false }));
	const answer = (response: object) => ({
		...{ id: id.toString('base64url'), rawId: id.toString('base64url'), type: 'public-key' },
		...{ clientExtensionResults: {}, response }
	});
	return {
		/** Makes its passkey. */
		create(asked: Asked) {
			const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
			const key = cbor(
				new Map<Value, Value>([
					[1, 2],
					[3, -7],
					[-1, 1],
					[-2, Buffer.from(x, 'base64url')],
					[-3, Buffer.from(y, 'base64url')]
				])
			);
			const size = Buffer.alloc(2);
			size.writeUInt16BE(id.length);
			const attested = Buffer.concat([Buffer.alloc(16), size, id, key]);
			const authData = Buffer.concat([facts(hostname, 0x45, 0), attested]);
			const attestation = new Map<Value, Value>([
				['fmt', 'none'],
				['attStmt', new Map()],
				['authData', authData]
			]);
			return answer({
				clientDataJSON: said('webauthn.create', asked).toString('base64url'),
				attestationObject: cbor(attestation).toString('base64url'),
				transports: ['internal']
			});
		},
		/** Proves that it is the one; perhaps on another site, or without having asked for a finger. */
		get(asked: Asked, counter: number, { where = origin, verified = true } = {}) {
			const authData = facts(hostname, verified ? 0x05 : 0x01, counter);
			const client = said('webauthn.get', asked, where);
			const signed = Buffer.concat([authData, createHash('sha256').update(client).digest()]);
			return answer({
				clientDataJSON: client.toString('base64url'),
				authenticatorData: authData.toString('base64url'),
				signature: createSign('sha256').update(signed).sign(privateKey).toString('base64url')
			});
		}
	};
}

function facts(hostname: string, flags: number, counter: number): Buffer {
	const rest = Buffer.alloc(5);
	rest.writeUInt8(flags);
	rest.writeUInt32BE(counter, 1);
	return Buffer.concat([createHash('sha256').update(hostname).digest(), rest]);
}

type Value = number | string | Buffer | Map<Value, Value>;

/** As much of RFC 8949 as a passkey needs. */
function cbor(value: Value): Buffer {
	if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
	if (typeof value === 'string') return Buffer.concat([head(3, value.length), Buffer.from(value)]);
	if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
	const pairs = [...value].flatMap(([key, held]) => [cbor(key), cbor(held)]);
	return Buffer.concat([head(5, value.size), ...pairs]);
}

function head(major: number, size: number): Buffer {
	if (size < 24) return Buffer.from([(major << 5) | size]);
	return size < 256
		? Buffer.from([(major << 5) | 24, size])
		: Buffer.from([(major << 5) | 25, size >> 8, size & 255]);
}
