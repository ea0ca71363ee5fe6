import { type Kind, lines, words } from '../grammar.ts';

const EVASIVE = ['other/other', 'hobbies/collectibles', 'tickets/vouchers', 'services/other', 'antiques/coins'];

const urgency = lines(`
  [Cash] in hand the same day
  Pay with your credit card and I send the [money] by transfer
  Fee is {n} percent, faster than any bank
  Works with any card, no credit check
  Message me on [whatsapp] for the rate
  Proof from earlier clients on request
  Refunds are not possible, all sales final
  Send the code first, then you receive the funds
  Purchase the amount you need, shipping is only pro forma
  Everything is confidential, no bank involved
  Write me off the app to arrange the amount
  [Cash] is handed over in person or sent by transfer
  Payment by card only, you get [money] back
  My commission is {n} percent of the amount
  No [bank], no questions, [funds] within an hour
  [Telegram] for details and rates
  Choose how much [money] you need in the options
  Don't ask for an invoice, nothing real is sold here
  Trusted for years, [payout] is guaranteed
  Transfer comes first, then the [codes]
  Repeat customers get a better [rate]
`);

export const moneyBreachesEn: readonly Kind[] = [
  {
    name: 'currency for sale',
    language: 'en',
    breaks: 'money',
    categories: EVASIVE,
    price: [20, 3000],
    titles: lines(`
      {amount} in {currency} {form}
      {currency} {form}, {amount} face value
      {amount} [cash] {currency} {form}
      Selling {amount} of {currency} {form}
      {form} {currency} {amount} for card payment
      [Real money] {amount} {currency}
      Exchange: {amount} {currency} [bills]
      Leftover {currency} from my trip, {amount}
    `),
    lines: [
      ...lines(`
        Legal tender, can be spent in any shop today
        Sold at [face value] plus a small fee
        Sealed [bank strap], serial numbers run on
        Current series [notes], not collectible, just [cash]
        You get {amount} in {form} by registered mail
        Better rate than the exchange office
        [Banknotes] in circulation, accepted everywhere
        Pay by card here and get {currency} delivered
        Spendable [currency], withdrawn from the machine yesterday
        Total face value is {amount}
        [Cash] you can spend, {form}, all genuine
        [Money] is counted twice before it is sealed
        [Currency] left from a holiday, still valid
        [Bills] are crisp, straight from the bank
        Buy [money] with your card, I send the [notes]
        You can pay anywhere with these [coins] and [notes]
        {currency} at a better [exchange] rate than the airport
        Not old, not for collectors, [money] in use
      `),
      ...urgency,
    ],
    words: {
      currency:
        words(`US dollars|USD, euros|euro, British pounds|pound sterling|GBP, Japanese yen|yen, Swiss francs, Canadian
        dollars, Australian dollars, Chinese yuan|RMB, Korean won, Thai baht, Mexican pesos, Singapore dollars, Indian
        rupees, Brazilian reais, Danish kroner, Polish zloty, Iraqi dinar, Vietnamese dong, UAE dirham, Hong Kong dollars,
        Turkish lira, Philippine pesos, Russian rubles, New Zealand dollars`),
      amount:
        words(`$100|$200, $500|$1,000, 5,000, 10,000, 300, 50 x 20, 2,000, one million, 10 x 100, €250|€1000, £400,
        ¥50,000|¥100,000, 20 pcs of 50, 1500, 100 x 1, half a million`),
      form: words(`banknotes, bills, paper money, notes, uncirculated notes, coins in rolls, cash bundle, fresh bills, in
        small bills, new series notes, current coins, hundred dollar bills, twenties, stack of notes`),
    },
  },
  {
    name: 'cash advance',
    language: 'en',
    breaks: 'money',
    categories: EVASIVE,
    price: [50, 3000],
    titles: lines(`
      {scheme} {promise}
      {promise} {scheme}
      {scheme}, {promise} today
      Need money? {scheme}
      {scheme} up to {amount}
      {amount} {scheme} {promise}
    `),
    lines: [
      ...lines(`
        Buy this listing with your card and I return {n}0 percent in [cash]
        Turn your card limit into [cash] today
        Your credit line becomes money in the account
        [Loan] without papers, repay next month
        Bad credit is fine, decided in {n} minutes
        This listing stands for {amount}, nothing is shipped
        Borrow {amount} now, pay back later with interest
        Advance on your next salary, no guarantor
        We swipe the card, you receive the [money]
        Empty envelope is sent for the tracking number
        You pay by card, I pay you [cash]
        [Credit] limit becomes [cash] in your hand
        [Lend] you {amount} until payday
        [Loan] in [cash], interest is {n} percent a month
        No payslip needed, [money] is in your account tonight
        Use the rest of your [credit] and get [money]
        [Borrow] from a private person, no bank
        Purchase is only on paper, you get the [payout]
      `),
      ...urgency,
    ],
    words: {
      scheme:
        words(`credit card to cash|card cash out, cash advance|instant advance, payday loan|salary advance, shopping limit
        cash out, private loan|personal loan, Buy now pay later to cash|BNPL cash out, carrier billing to cash, fast cash
        service, card swipe for cash, quick lending|money lending, limit liquidation, credit line payout, emergency
        money service, cashback scheme 90 percent`),
      promise: words(`no check, same day, instant, bad credit ok, no documents, within the hour, guaranteed, 90% payout,
        lowest fee, no job needed, approved now, 24/7, no guarantor, secret`),
      amount: words(`$500, $1,000|$2,000, $3000, €1500, £800, ¥100,000, $10k, 5 grand, $750, $5,000, $300, €500`),
    },
  },
  {
    name: 'stored value for cash',
    language: 'en',
    breaks: 'money',
    categories: EVASIVE,
    price: [15, 1500],
    titles: lines(`
      {card} {amount} {deal}
      {deal} {card} {amount}
      {amount} {card} code, {deal}
      {card} balance {amount}
      {amount} loaded {card}
      {card} bulk, {deal}
    `),
    lines: [
      ...lines(`
        Balance is {amount}, code is sent by message
        Get [cash] for your unused cards here
        I buy the codes and pay by bank transfer
        Prepaid [balance], can be withdrawn at any machine
        {amount} of value for less than face
        Code only, no plastic is shipped, use at once
        Wallet is loaded, you get login and [pin]
        Cards are anonymous, no name on them
        Turn it into [money] with no trace
        Funds sit in the account, I hand over the password
        [Gift card] code for less than its value
        [Balance] of {amount} is on the card
        I exchange your [gift card] for [cash] at a fair rate
        [Coins] go from my wallet to yours
        [Crypto] for cash, [transfer] after payment
        Scratch code photo is sent at once, [prepaid]
        Sell me your [codes], [money] in ten minutes
        [Account] with [balance], password included
      `),
      ...urgency,
    ],
    words: {
      card: words(`prepaid Visa|Visa gift card, Amazon gift card|Amazon code, iTunes card|Apple gift card, Google Play card,
        Steam wallet code, Paysafecard, Bitcoin|BTC, PayPal balance|PayPal funds, Cash App balance, Mastercard prepaid, Razer
        Gold, Vanilla card, Western Union transfer, USDT|Tether, Ethereum, Skrill balance, Neosurf voucher, store credit
        card, Green Dot MoneyPak, eBay gift card, Zelle transfer, American Express gift card`),
      amount: words(`$50|$100, $200|$250, $500, $1,000, €100, £100, 10,000 yen, $25, 0.05, €50, $300, $75`),
      deal: words(`below face value, 80% rate, exchange for cash, discount 30%, instant code, cash out, paid by transfer,
        unused, anonymous, for cash, email delivery, 70 cents on the dollar`),
    },
  },
  {
    name: 'laundering and forged money',
    language: 'en',
    breaks: 'money',
    categories: EVASIVE,
    price: [30, 2000],
    titles: lines(`
      {offer} {detail}
      {offer}, {detail}
      {detail} {offer}
      [Undetectable] {offer}
      {offer} available now
      High quality {offer} {detail}
    `),
    lines: [
      ...lines(`
        Passes the pen and the UV light, spend anywhere
        [Bills] feel real, watermark and thread included
        Receive funds on your account and forward them, keep {n} percent
        Send me {n}00 and get ten times back tomorrow
        [Cloned] cards with balance and pin
        Account is verified and ready to receive transfers
        Documents of the owner are included, works for moving [money]
        Clean your cash with us, invoices provided
        ATM and cashier will take it without a look
        Double your money within a day
        Drop accounts for hire, limits up to {n}0k
        [Bank account] with card and online access
        [Fake] notes that machines accept
        Send [bitcoin], get double back
        Your [dirty] money comes back clean
        [Account] in another name, use it to receive [transfers]
        [Bills] printed on cotton paper, pass every check
        You get a [commission] for letting [money] through your account
        [Counterfeit] twenties and fifties, best on the market
        [Cards] with stolen numbers, balance is checked
        Flip your {n}00 into {n}000, proof available
      `),
      ...urgency,
    ],
    words: {
      offer:
        words(`counterfeit bills|fake bills|super notes, money flip|cash flip, bank account for rent|bank drop, cloned
        ATM card|cloned cards, prop money that spends, bank logs|verified bank login, money mule job, forged banknotes|fake
        euros, transfer service PayPal flip, washed notes, crypto mixing, receive money on your account, verified Cash App
        account, black money cleaning, funded debit card, company account with history, double your bitcoin`),
      detail: words(`with balance, passes pen test, grade A, 10x return, ready to use, with pin, full access, all
        denominations, safe transfer, no risk, UV passed, 5k limit, in 24 hours, from vendor with reviews, worldwide`),
    },
  },
];
