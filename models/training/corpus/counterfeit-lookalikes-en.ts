import { type Kind, lines, words } from '../grammar.ts';
import { brand, genuineTitles, LUXURY, model } from './luxury-en.ts';

const genuineLines = lines(`
  Bought at the boutique in {year}, the receipt is in the photos
  Authenticated by a third party, certificate included
  Serial number and date code match
  Comes with box, dust bag and the original invoice
  Light scratches on the hardware, corners are good
  Serviced by the manufacturer last year, papers included
  Worn about {n} times, heel tips are fine
  Canvas has no cracks, the strap has darkened with age
  I can meet at the store to have it checked
  Purchased new by me, card statement available
  Smells of nothing, kept in its dust bag
  No trades, price reflects the market for genuine ones
  The receipt from {year} and the tags are kept
  Happy to have it [authenticated] before you pay
  Certificate and warranty card are in my name
  The boutique repaired the zipper, invoice included
  Bought from a licensed dealer with papers
  Small scratch on the clasp, visible in photo {n}
  Inherited from my mother, she bought it in Paris
  Date code is inside the pocket, photographed
  Leather has softened, piping is intact
  Box and papers are complete, bracelet has all links
  Checked by the platform's [authentication] service
  Genuine, if not you get your money back
`);

export const counterfeitLookalikesEn: readonly Kind[] = [
  {
    name: 'genuine luxury',
    language: 'en',
    looksLike: 'counterfeit',
    categories: LUXURY.slice(0, 5),
    price: [180, 9000],
    titles: genuineTitles,
    lines: genuineLines,
    words: {
      brand,
      model,
      proof:
        words(`authentic with receipt|100% authentic, genuine, with certificate of authenticity, certified, authenticated,
        original receipt, box and papers, guaranteed genuine, full set, store receipt included, with warranty card, verified
        authentic, real leather, entrupy certified`),
    },
  },
  {
    name: 'cheap genuine article',
    language: 'en',
    looksLike: 'counterfeit',
    categories: [
      'fashion/shoes',
      'fashion/men',
      'accessories/sunglasses',
      'fashion/women',
      'beauty/perfume',
      'accessories/keyrings',
    ],
    price: [8, 160],
    titles: lines(`
      {brand} {article} {state}
      {state} {brand} {article}
      {brand} {article} size {n}
      Used {brand} {article}
      {brand} {article}, {state}
      {article} by {brand}
    `),
    lines: lines(`
      Worn, see the photos for the heel drag
      Bought at the outlet in {year}
      Washed and folded, small stain on the sleeve
      Receipt from the department store is there
      Half a bottle is left, the box is gone
      Too small for me, that is why I sell
      Bought it in the official shop when it came out
      Fading on the print, still lots of life
      Small hole near the hem, priced for it
      Worn to one wedding, then kept in the closet
      Print is cracked, hence the price
      Elastic is a bit loose
      Sole is worn, insole is clean
      My size has changed
      Faded from washing, still comfy
      Bottle is {n}0 percent full
      From a department store sale
      The button is missing
      I have the receipt of {year}
      Used in the gym, cleaned
    `),
    words: {
      brand,
      article:
        words(`key ring|keychain, perfume 30 ml, t-shirt, running shoes, socks, baseball cap, scarf, sunglasses, belt, empty
        shopping bag|paper bag, empty gift box, lipstick, coin purse, hoodie, beanie, sneakers, swim shorts, polo shirt, card
        case, tie`),
      state:
        words(`worn, used once, faded, from the outlet, with receipt, good condition, some wear, last season, kids size,
        preloved, small stain, without box`),
    },
  },
  {
    name: 'honest replica, imitation or compatible part',
    language: 'en',
    looksLike: 'counterfeit',
    categories: [
      'home/furniture',
      'toys/figures',
      'electronics/accessories',
      'hobbies/models',
      'jewelry/costume',
      'home/decor',
      'office/supplies',
    ],
    price: [4, 500],
    titles: lines(`
      {thing} {detail}
      {detail} {thing}
      {thing}, {detail}
      {thing} used
      Beautiful {thing}
      {thing} set of {n}
      {thing} boxed, {detail}
    `),
    lines: lines(`
      Museum shop bought, a label on the base says so
      Third party product, the maker's name is on the package
      Plastic, about {n} cm tall
      Works in all the listed printers, unopened
      Mid century look, seat has light wear
      Cast in resin from the original fossil
      Design of the 1950s, made without licence issues, patent expired
      Not the brand's own part, but made to fit it
      Leaves look real and need no water
      Easy to clean, no animal was harmed
      Diecast, doors open, wheels turn
      Batteries last about {n} months in a remote
      Copy of an old museum piece, marked as a copy
      Replica for display, sold as one by the museum
      Imitation stones, hypoallergenic metal
      Faux material, says so on the label
      Made by another company for this device
      Fake plant in a ceramic pot
      Print of a painting, on canvas
      Comes with the maker's licence sticker
      Scale model, parts are glued
      Fits the machine, does not carry its brand
    `),
    words: {
      thing:
        words(`replica dinosaur skull|T-rex replica|fossil replica, replica furniture chair|Eames style chair, museum replica
        statue|replica sculpture, imitation pearl necklace|faux pearls, faux leather sofa|vegan leather bag|faux fur throw,
        artificial plants|fake plants|silk flowers, AAA batteries|AAA rechargeable cells, compatible ink cartridge|third party
        toner, generic charger for laptop|replacement battery, phone case for iPhone, watch strap fits Apple Watch, 1:18 scale
        car|1:64 diecast, copy paper|photo paper, mirror cabinet|wall mirror, costume jewelry, fake eyelashes|false nails, fan
        made plush, replica trophy, stage prop crown, copy stand for camera, clone stamp art book, imitation crab keychain, fake
        snow decoration|fake candle, film prop replica helmet licensed, replica ship model, dummy security camera, tribute band
        CD, inspired by nature print, reproduction map|art reproduction, cubic zirconia ring, wig synthetic, knock down
        bookshelf, counterfeit bill detector`),
      detail:
        words(`great condition, new, licensed, museum shop, hand painted, high quality, for display, official product, boxed,
        limited run, vintage look, compatible, premium grade, large, in white, oak`),
    },
  },
];
