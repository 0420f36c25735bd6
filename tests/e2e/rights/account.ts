import { action, ANYONE, EVERYBODY, NAME, own, page, type RightsRow, WRITERS } from './rows.ts';

/** One’s own account, and the ways in and out. */
export const accountRows: Readonly<Record<string, RightsRow>> = {
	'/profile': own('/profile'),
	'/profile?/save': own('/profile?/save'),
	'/profile?/password': own('/profile?/password'),
	'/profile?/scheme': own('/profile?/scheme'),
	'/profile?/private': own('/profile?/private'),
	'/profile?/department': own('/profile?/department'),
	'/profile/keys': own('/profile/keys'),
	'/profile/keys?/create': own('/profile/keys?/create'),
	'/profile/keys?/revoke': own('/profile/keys?/revoke'),
	'/profile/second-factor': own('/profile/second-factor'),
	'/profile/second-factor?/begin': own('/profile/second-factor?/begin'),
	'/profile/second-factor?/confirm': own('/profile/second-factor?/confirm'),
	'/profile/second-factor?/remove': own('/profile/second-factor?/remove'),
	'/profile/second-factor?/beginPasskey': own('/profile/second-factor?/beginPasskey'),
	'/profile/second-factor?/addPasskey': own('/profile/second-factor?/addPasskey'),
	'/profile/second-factor?/removePasskey': own('/profile/second-factor?/removePasskey'),
	'/profile/second-factor?/codes': own('/profile/second-factor?/codes'),
	'/profile/sessions': own('/profile/sessions'),
	'/profile/sessions?/revoke': own('/profile/sessions?/revoke'),
	'/profile/sessions?/revokeOthers': own('/profile/sessions?/revokeOthers'),
	'/profile/notifications': own('/profile/notifications'),
	'/profile/notifications?/save': own('/profile/notifications?/save'),
	'/offline': page('/offline', ANYONE),
	'/on-device': page('/on-device', EVERYBODY),
	'/outbox POST': {
		address: () => '/outbox',
		open: WRITERS,
		json: (at) => ({
			key: at.fresh,
			action: 'deal.move',
			input: { dealId: at.deal, stageId: at.stage }
		})
	},
	'/shell': page('/shell', ANYONE),
	'/set-up': page('/set-up', ANYONE),
	'/set-up?/default': action(
		() => '/set-up',
		[],
		() => ({
			token: 'guess',
			workspaceName: NAME,
			departmentName: NAME,
			name: NAME,
			email: 'smuggled@tandem.example',
			password: 'long enough now',
			language: 'en',
			timeZone: 'Europe/Berlin'
		})
	),
	'/invite': page('/invite', ANYONE),
	'/invite?/default': { ...page('/invite', ANYONE), own: true },
	'/reset': page('/reset', ANYONE),
	'/reset?/request': { ...page('/reset?/request', ANYONE), own: true },
	'/reset?/choose': { ...page('/reset?/choose', ANYONE), own: true },
	// Whoever has not given his password is led to where he does.
	'/sign-in/code': page('/sign-in/code', ANYONE),
	'/sign-in/code?/default': { ...page('/sign-in/code', ANYONE), own: true },
	'/sign-in/set-up': page('/sign-in/set-up', ANYONE),
	'/sign-in/set-up?/begin': { ...page('/sign-in/set-up?/begin', ANYONE), own: true },
	'/sign-in/set-up?/confirm': { ...page('/sign-in/set-up?/confirm', ANYONE), own: true },
	'/sign-in/passkey': page('/sign-in/passkey', ANYONE),
	'/sign-in/passkey?/begin': { ...page('/sign-in/passkey?/begin', ANYONE), own: true },
	'/sign-in/passkey?/finish': { ...page('/sign-in/passkey?/finish', ANYONE), own: true },
	'/sign-in': page('/sign-in', ANYONE),
	'/sign-in?/default': { ...page('/sign-in', ANYONE), own: true },
	'/sign-out': page('/sign-out', ANYONE),
	'/sign-out?/default': { ...page('/sign-out', ANYONE), own: true },
	'/dev/ui': page('/dev/ui', [])
};
