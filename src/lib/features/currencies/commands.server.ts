export { addCurrency, changeCurrency, removeCurrency } from './commands/currencies.server.ts';
export { chooseProvider, fetchRatesNow, refreshRates } from './commands/refresh.server.ts';
export { setRate } from './commands/rates.server.ts';
