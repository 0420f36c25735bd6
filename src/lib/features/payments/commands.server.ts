export { changeEnd, endDeal, resumeDeal } from './commands/end-deal.server.ts';
export { addPayment, changePayment, removePayment } from './commands/payments.server.ts';
export { changePaymentSettings } from './commands/settings.server.ts';
export { settleRates } from './commands/settle-rates.server.ts';
