export { createApiKey, revokeApiKey } from './commands/api-keys.server.ts';
export {
	beginApp,
	beginAppOf,
	confirmApp,
	confirmAppOf,
	noteRecoveryCode,
	removeApp,
	renewRecoveryCodes,
	requireFactor,
	resetFactors
} from './commands/factors.server.ts';
export { addPasskey, beginPasskey, removePasskey } from './commands/passkeys.server.ts';
export {
	acceptInvitation,
	inviteAgain,
	inviteUser,
	revokeInvitation
} from './commands/invitations.server.ts';
export {
	choosePassword,
	makePasswordLink,
	sendPasswordLink
} from './commands/password-links.server.ts';
export { addUser, activateUser, changeUser, deactivateUser } from './commands/people.server.ts';
export { changeRole } from './commands/role-rights.server.ts';
export { installStandardRoles } from './commands/roles.server.ts';
export { issueSetUpToken, redeemSetUpToken } from './commands/set-up-token.server.ts';
export {
	changePassword,
	chooseColorScheme,
	chooseDepartment,
	revokeOtherSessions,
	revokeSession,
	saveProfile,
	signOut,
	viewPrivately
} from './commands/own-account.server.ts';
