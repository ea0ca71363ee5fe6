import { type Kind, lines, words } from '../grammar.ts';

export const moneyLookalikesEn: readonly Kind[] = [
  {
    name: 'play money, or what holds money',
    language: 'en',
    looksLike: 'money',
    categories: ['toys/pretend play', 'fashion/wallets', 'office/supplies', 'toys/board games', 'home/decor'],
    price: [3, 120],
    titles: lines(`
      {thing} {detail}
      {detail} {thing}
      {thing}, {detail}
      {thing} for {who}
      {thing} gift for {who}
      {thing} lot of {n}
      New {thing}
    `),
    lines: lines(`
      Slim, holds {n} cards and folded bills
      For learning to count at school
      Printed on paper, obviously not real
      Board and all the pieces are complete
      Slot for coins on top, opens at the bottom
      Key and a spare are included
      Counts {n}00 bills a minute, stops at doubtful ones
      Ink shows on fake bills, every shop should have one
      Leather has softened nicely
      Drawer opens with a bell, kids love it
      No money or coins are included, only the article
      Great to teach children how to save
      Toy notes in different colours, clearly marked
      Holds coins and folded notes tight
      Detects fake notes with UV light
      Empty when sold, no money inside
      For the shop counter, with removable tray
      Spring clip is still strong
      Pretend shop game for the nursery
      Combination can be changed
      Zip pocket for coins, slots for cards
      You get the game with dice and money of paper
    `),
    words: {
      thing:
        words(`money clip|magnetic money clip, play money|toy cash set|pretend money, Monopoly money|Monopoly board game,
        piggy bank|coin bank, coin album|coin holder pages, counterfeit detector pen|UV bill detector, bill counter|money
        counting machine, cash box with lock|steel money box, toy cash register, coin purse|change purse, leather wallet|card
        wallet, money tree plant|money plant, dollar bill print towel, coin sorter|coin wrappers, budget binder with cash
        envelopes|cash stuffing envelopes, money belt for travel, chocolate gold coins, photo prop dollar confetti, gift
        card holder|greeting card with money pocket, money origami book, poker chip set, game of life board game,
        lucky cat coin bank, bookkeeping ledger, cashmere sweater, bank uniform costume, calculator with tape, money gun
        party toy paper shooter, credit card sleeve, tip jar`),
      detail:
        words(`stainless steel, for kids, brand new, wooden, educational, leather, RFID blocking, complete, vintage, pink,
        large, with key, party favor, never used, plastic, carbon fiber`),
      who: words(`him, school, toddlers, a shop, dad, travellers, the classroom, weddings, cashiers, graduates, collectors,
        grandma`),
    },
  },
  {
    name: 'collectible money',
    language: 'en',
    looksLike: 'money',
    categories: ['antiques/coins', 'hobbies/collectibles', 'jewelry/pendants'],
    price: [5, 400],
    titles: lines(`
      {coin} {grade}
      {coin} {year} {grade}
      {grade} {coin}
      {coin} in capsule
      {coin} for collectors
      Old {coin}, {grade}
    `),
    lines: lines(`
      Out of circulation for a century, for the collection only
      Patina as found, never cleaned
      Graded and sealed in a holder
      Mint issued it in a small number with certificate
      From my grandfather's numismatic collection
      Not legal tender any more
      See the photos for wear on the rim
      Comes in the original mint case
      Reverse shows an eagle, obverse a worn portrait
      Demonetised and only of historic interest
      Withdrawn long ago, can't be spent
      Minted in {year}, low mintage
      For numismatists, see the photos of both sides
      Silver content 900, weight {n} grams
      Grade is my own opinion, judge by the pictures
      Found in an old album
      Coin shows the king's head
      With a certificate of the mint
    `),
    words: {
      coin: words(`Roman denarius|Roman coin, Morgan silver dollar, commemorative silver medal, Confederate note 1864, Edo period
        mon coin, German notgeld 1923, Victorian penny, Byzantine follis, Olympic commemorative medal, Zimbabwe trillion
        note framed, buffalo nickel 1937, ancient Greek drachma, medieval hammered penny, half crown 1940, Indian head cent,
        Meiji silver coin, Chinese knife money replica, shipwreck reale, Weimar inflation note, Qing dynasty cash coin,
        Ottoman para, walking liberty half`),
      grade:
        words(`very fine, numismatic, extremely fine, PCGS graded, with certificate, proof set, for collectors, worn,
        antique, in holder, rare variety, museum piece, AU details, NGC`),
    },
  },
  {
    name: 'about money',
    language: 'en',
    looksLike: 'money',
    categories: ['books/business', 'games/video games', 'home/decor', 'music/cd', 'fashion/men', 'electronics/other'],
    price: [3, 90],
    titles: lines(`
      {thing} {detail}
      {thing}, {detail}
      {detail} {thing}
      {thing} like new
      {thing} volume {n}
      {thing} used
    `),
    lines: lines(`
      Read once, no notes in the margins
      Explains saving and budgets in plain words
      Hardcover with dust jacket
      Disc plays well, case has a crack
      Printed on heavy paper, frame not included
      Good introduction for students
      Season one to {n}, region free
      Soft cotton, washed once
      Charger and manual are with it
      Makes a fun gift for an accountant
      The plot is about a bank robbery
      Chapters on funds, loans and taxes
      Record plays fine, sleeve shows wear
      Print does not come off in the wash
      Book on how to get out of debt
      Players buy streets and collect rent
      Manual and cables are there, reset to factory
      A classic film on two discs
    `),
    words: {
      thing:
        words(`Rich Dad Poor Dad|The Psychology of Money, Payday game disc|Payday 2 steelbook, Johnny Cash CD|Johnny Cash
        shirt, Money Heist mask|Money Heist poster, dollar sign necklace, Pink Floyd Money single, personal finance textbook,
        Breaking Bad box set, Bitcoin logo mug|crypto shirt, The Big Short DVD, cash flow board game, bank heist puzzle,
        Millionaire quiz game, tax guide book, The Wolf of Wall Street DVD, dividend investing book, hardware wallet Ledger
        Nano, payment card reader, receipt printer, accounting exam guide, currency converter calculator, loan shark novel,
        coin operated arcade, cash cow plush`),
      detail:
        words(`paperback, great read, bestseller, new edition, for beginners, complete, sealed, gift idea, size M, signed
        copy, good condition, boxed`),
    },
  },
];
