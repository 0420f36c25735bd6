export { addCurrency, changeCurrency, removeCurrency } from './commands/currencies.server.ts';
export {
	chooseProvider,
	fetchRatesNow,
	refreshRates,
	storeOfficial
} from './commands/refresh.server.ts';
export { carryOverRates, setRate } from './commands/rates.server.ts';
