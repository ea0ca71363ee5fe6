import { type Kind, lines, words } from '../grammar.ts';
import { brand, genuineTitles, LUXURY, model } from './luxury-en.ts';

const shady = lines(`
  Stamps, serial and dust bag are all there just like the [original]
  Ships from our factory, two weeks
  Nobody can tell it apart from the [real] one
  Message for more colours and styles, we have all brands
  Not from the boutique, that is why the price
  Same factory, same leather, without the store markup
  Card and box can be added for {n} dollars
  Please don't ask about authenticity
  Catalogue on [whatsapp], wholesale welcome
  Price says it all, please understand before you buy
  Logo is a bit different up close but fine from afar
  We pack without logo so it clears customs
  Every detail was copied from the [original]
  Guards at the shop could not see that it is not [real]
  Why pay {n} times more for the same look
  Logo and lining match the [authentic] one
  Straight from the supplier, no tags in the parcel
  Pictures are of the [authentic], you get ours
  Ask for the catalogue, all [brands] in stock
  Quality is the best you can find outside the boutique
  Not bought in store, so no questions about [authenticity]
  Packaging with the logo is extra
  We restock every week, hundreds of models
  Box, card and dust bag look right too
`);

export const counterfeitBreachesEn: readonly Kind[] = [
  {
    name: 'admitted copy',
    language: 'en',
    breaks: 'counterfeit',
    categories: LUXURY,
    price: [12, 220],
    titles: lines(`
      {brand} {model} {tier}
      {tier} {brand} {model}
      {model} {brand} {tier} with box
      {brand} style {model} {tier}
      {brand} {model} {tier} cheap
      New {brand} {model}, {tier}
      {tier} {model} same as {brand}
      {brand} {model} {tier} free shipping
    `),
    lines: [
      ...lines(`
        It is a [replica], best version on the market
        [Mirror quality], {n} of 10 people cannot tell
        Not [authentic] but the quality is superb
        High grade copy, stitching matches the [original]
        This is a [rep], sold as such
        One to one with the retail version
        Swiss clone movement, runs {n} hours
        Unbranded box, [inspired] by {brand}
        Top batch from Guangzhou
        Comes with [fake receipt] and cards
        Best [fake] I have seen, even the weight is right
        [Copy] of the latest season, all details match
        Good [imitation], only an expert sees it
        Not an [original], please no complaints about that
        [Clone] of the watch, automatic movement, glass is sapphire
        [Dupe] of the expensive one, same look for less
        Top grade [knockoff], real leather
        [Replica] with all the right stamps
        [Mirror] grade, made in the same way as the [authentic]
        This [rep] passed in front of my friends
        [AAA] level, stitching is straight
        [Bootleg] print, logo is a bit larger
      `),
      ...shady,
    ],
    words: {
      brand,
      model,
      tier: words(`replica|replica AAA, 1:1 quality|one to one, AAA grade|AAA quality, mirror quality|mirror image, super fake|superfake,
        high quality copy|copy, knock off|knockoff, dupe, UA batch|unauthorized authentic, rep|best reps, inspired version,
        super clone|clone, bootleg, OEM no logo tag, imitation, fake, factory extra stock, first copy|7A quality, lookalike,
        top grade version,
        AAA replica, replica 1:1, best replica, high grade replica with box, AAA copy, mirror copy, 1:1 copy, copy of the
        original, good copy, 1:1 clone, super clone watch, perfect clone, high grade imitation, good imitation, quality
        imitation 1:1, good fake, best fake, high quality fake, dupe of the original, perfect dupe, best dupe, mirror grade
        replica, mirror 1:1, knockoff AAA, good knock off, top knockoff, best rep, 1:1 rep, AAA rep, bootleg version, AAA
        grade dupe, super copy, super replica, lookalike copy, not authentic, unauthentic 1:1, inspired copy, inspired
        replica, OEM copy, OEM factory version, factory copy, UA pair, UA 1:1 batch`),
    },
  },
  {
    name: 'copy that says nothing',
    language: 'en',
    breaks: 'counterfeit',
    categories: LUXURY,
    price: [12, 120],
    titles: [
      ...genuineTitles,
      ...lines(`
        {brand} {model} new with tags, cheap
        {brand} {model} all colours in stock
        Brand new {brand} {model} wholesale
        {brand} {model} great price, {n} available
        {brand} {model} any size
        {brand} {model} gift, unwanted
        {brand} {model} factory price
        {brand} {model} new, pick your colour
        {brand} {model} new without receipt
        {brand} {model} clearance {n} left
        {brand} {model} direct from supplier
        {model} {brand} new, all sizes
      `),
    ],
    lines: [
      ...shady,
      ...lines(`
        Brand new with tags, never used
        Unwanted gift, no receipt
        {n} pieces in stock, every colour
        No returns, looks great
        All sizes available, tell me yours
        Bought abroad on holiday, don't know much about it
        Pick your colour and size, plenty in stock
        New in plastic, no receipt
        Price is low because I buy in bulk
        I don't know if it is real, sold as is
        More pieces on request, all colours
        Present from an ex, never checked it
      `),
    ],
    words: {
      brand,
      model,
      proof:
        words(`new, free gift, in stock, with dust bag, hot sale, fast shipping, with tags, multiple colours, unisex, for
        women, best seller, trending`),
    },
  },
  {
    name: 'forged media and goods',
    language: 'en',
    breaks: 'counterfeit',
    categories: [
      'electronics/phones',
      'electronics/audio',
      'games/video games',
      'beauty/perfume',
      'games/trading cards',
      'other/other',
    ],
    price: [5, 150],
    titles: lines(`
      {goods} {tier}
      {tier} {goods}
      {goods} {tier}, works the same
      {goods} wholesale {tier}
      {n} x {goods} {tier}
      Cheap {goods}, {tier}
    `),
    lines: [
      ...lines(`
        Not [official] but nobody will notice
        Shows the real name when paired, pops up on the phone
        Cartridge is a [repro], saves fine
        Printed at home in high quality, feels like the real card
        Smells the same, bottle looks identical
        Label and hologram are [copied] well
        Cracked copy, activates with my key
        Chip is different inside, casing is identical
        Same box, same sticker, a third of the price
        [Copy] works like the real one
        [Clone] with the same chip, pairs at once
        [Replica] of the shirt, patches are sewn on
        [Fake] box but sounds fine
        [Pirated] version, installs offline
        [Bootleg] discs, menu is in English
        [Proxy] cards for play, look real in a sleeve
        [Imitation] of the scent, lasts {n} hours
        Not made by the brand, logo was added later
      `),
      ...shady,
    ],
    words: {
      goods:
        words(`AirPods Pro|AirPods, Pokemon cards|Charizard card, Dyson hair dryer, Chanel No 5 perfume, iPhone charger, Game
        Boy cartridge|Pokemon Emerald cartridge, Beats headphones, Windows license key, Photoshop full version, Dior Sauvage,
        PS5 controller, Samsung Galaxy buds, Magic the Gathering dual lands, MAC lipstick, Kylie lip kit, Disney DVD set, Real
        Madrid jersey, Lego minifigures, Funko Pop, Xbox controller, Creed Aventus, Gillette blades, JBL speaker, Yu-Gi-Oh
        Blue-Eyes card, Switch game cards, Makita battery`),
      tier: words(`1:1 copy, clone, proxy, replica, repro, OEM quality no logo, high copy, custom print, superclone, tester no
        brand box, cracked, bootleg, non genuine, generic with logo, pirated, knock-off,
        good copy, copy 1:1, clone with logo, best clone, clone version, high quality replica, replica with box, AAA replica,
        fake with logo, fake 1:1, bootleg copy, bootleg set, pirated copy, pirated version, cracked version, cracked copy,
        repro copy, repro with case, proxy print, proxy copy, imitation with logo, imitation grade A, dupe 1:1, knockoff
        with box, counterfeit, OEM clone`),
    },
  },
];
