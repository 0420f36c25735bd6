/** Length of a password in characters; long ones are allowed, rules about symbols are not made. */
export const PASSWORD_MIN = 10;
export const PASSWORD_MAX = 128;
