import { lines, type Smalltalk, words } from '../grammar.ts';

export const state =
  words(`like new, used, good condition, brand new, barely used, needs cleaning, tested, sealed, open box, well loved,
  for parts, unused, works perfectly, some scratches, complete, mint, as is, nearly new`);

export const colour =
  words(`black, white, navy blue, red, beige, green, grey, pink, brown, silver, yellow, purple, cream, teal,
  orange, olive, charcoal, rose gold`);

export const smalltalkEn: Smalltalk = {
  titles: lines(`
    Rare find
    See the description
    Price drop
    Last one
    Please read the text
    Clearing out my flat
    Must go this week
    One of a kind
    Good stuff cheap
    Lot number {n}
    As described
    Special item
    From my collection
    Brand new, never opened
    Great condition, see pictures
    For the one who knows
    Reduced to sell
    Just arrived
  `),
  lines: lines(`
    Ships within {n} days of payment
    From a smoke free home
    Please look at all the photos before you buy
    Feel free to ask questions
    Bundle discount if you take two or more
    No returns, thank you for understanding
    Tracking number will be provided
    Price is firm
    Open to reasonable offers
    Thank you for looking
    Packed with care in a recycled box
    Pick up near the station or shipping
    Selling because we are moving
    Check my other listings too
    First come first served
    Postage included
    Colours may differ a little on your screen
    I am on holiday until the {n}th, shipping after that
    Please be kind, it is second hand
    Instant purchase is fine
    New season sale, everything must go
    Bought in {year}
    Message me for measurements
    Happy to combine shipping
    I only post on weekdays
    Item is exactly as in the pictures
    Any questions are welcome before purchase
    Comes from a clean and quiet household
    Leave a comment if you want more photos
    Sold as seen, please check the description
    Used with care for about {n} months
    Still has plenty of life in it
    It has been sitting in my closet for a while
    I bought it online and never got around to using it
    My partner says we have too many of these
    Downsizing, so a lot of things have to go
    Delivery takes about {n} working days
    I will wrap it well so that nothing breaks
    The original packaging was thrown away
    A few marks on the back that nobody sees
    I can hold it for you until Friday
    Prices are fair, so no lowballing please
    Everything has been wiped and disinfected
    I'm a private seller and give no warranty
    Free of charge if you collect two items
    Let me know if the measurements fit
    Sent with insurance on request
    Great as a present for a friend
    I have had it since {year}
    Minor signs of age that I tried to show
    One owner from new
    It does what it should
    Works as it did on the first day
    Instructions come with it
    Sad to see it go but I have no room
    Good deal for someone starting out
    Pet hair may be found, we have a cat
    All sales final once posted
    Will ship anywhere in the country
    Local pickup is possible after six
    The photo with the ruler shows the size
    Ask me about a discount for {n} or more
    I reply within the hour on most days
    Price dropped from last week
    Only selling because I got a newer one
    I sell what my kids have outgrown
    Box opened to take the pictures
    You will receive what is in the first photo
    Tested before listing
    There is a little dust, easy to wipe off
    Please read my profile first
    Reserved listings are marked as such
    Positive feedback is appreciated
    It was a gift that I already had
    Never had any problem with it
    Stored in the attic since the move
    Weight is about {n} kilograms with the box
    Rated five stars by many people
    Sorry for the poor light in the photos
    The battery is not included
    Parcel service or pickup, your choice
    I would rather sell than throw away
    Two available, price is for one
    Can be combined with other things of mine
  `),
  decoys: {
    weapons: lines(`
      Shoot me a message with questions
      Packed bulletproof, arrives safe
      This colour is killer, everyone asks about it
      A real blast from the past
      Photos were shot with my phone
      No loaded questions please, it is as described
      Triggers nice memories
      Looks deadly cool in the dark
      Rapid fire shipping, posted the same day
      Bang for the buck
      It is the bomb, trust me
      I jumped the gun and bought the wrong size
      Sharp design, cuts a fine figure
      Armed with patience I cleaned every corner
      Perfect weapon against boredom
      Shot in natural light without a filter
      A loaded wish list made me sell it
      Magazine clipping is with it
      Fires up the imagination
      Point and shoot, easy to use
      Bulletproof build, survived my toddler
      Knife and fork not included
      Draws attention wherever you go
      Explosive colours
      Trigger warning, very cute
      Gun metal parts in the hinge, quite sturdy
      Blade of the fan was wiped clean
      Rounds off any outfit
      No weapons, no drugs, just honest second hand
      Barrel shaped, holds {n} litres
      Sharp edges were sanded down
      Slide switch on the side works
      A clip on the back holds it
      Power and charge level are shown
      Licence and registration are not needed for this one
      Bolt and nuts are included
    `),
    money: lines(`
      Cash on pickup or payment in the app
      Worth every penny
      You save money compared with the shop
      Retail price was {n}0 dollars
      I need the cash for a new bike
      Money back if it does not work
      Card, cash or app balance, all fine
      Paid {n}00 dollars for it new
      Great value for the money
      Discount of {n} dollars for a quick sale
      Change will be given if you pay in bills
      Bank holiday on Monday, posting on Tuesday
      Pay by bank transfer or in the app
      Funds go to my daughter's school trip
      I spent a lot of money on it
      Cash only if you collect it, please bring the exact amount
      No cash on delivery
      A bargain at half the price of new
      I will refund you if it arrives broken
      Credit card receipt from the shop can be shown
      Gift card for the shop is not included
      Money is tight so the price can be discussed
      Coins fit in the small pocket
      Costs a few dollars to post
      You can pay cash or by bank transfer when you collect
      Paypal, card or cash, whatever suits you
      Cash preferred, no cheques
      Bank transfer only, I ship when the money has arrived
      I paid by credit card in the shop, the slip is here
      Prepaid label is included
      No deposit needed, pay at the door
      Please transfer within {n} days
      My bank account details follow after the purchase
      Wallet friendly price
      Instant payment please, I need the funds
      Currency is shown at the top, no exchange needed
      Bills and coins both fine at the door
      Payment plan is not possible, sorry
      Refund by store credit only
      I can give you change for a twenty
      Loan of the user manual is possible
      Deposit the exact amount and I post it the next day
      Bank transfer or cash, no cheques
      Pickup and cash, or shipping after bank transfer
      Payment by bank transfer, shipping is extra
      I accept bank transfer, card and cash at collection
      Cash when you collect, transfer if I post it
      Transfer the money first, then I send the parcel
      Cash at the door is easiest for me
      Payable by transfer, by card or in cash
      Collection in person against cash
      No bank transfer after Friday please, I am away
      The cash price is a little lower
      Deposit by transfer, the rest in cash on pickup
    `),
    counterfeit: lines(`
      Not a replica, real one
      No fakes here, buy with confidence
      Original box is missing
      Copies of the manual are online
      Looks the same as in the shop
      Same quality as a more expensive one
      Genuine leather, as the label says
      I don't sell fakes or copies
      Mirror is clean, no scratches
      Inspired by a trip to Norway
      Authenticity is guaranteed by the app
      Made in China, as most of them are
      Replica listings get reported, this one is fine
      You can check the serial number on the maker's site
      Looks identical to the new version
      It is the original version, not the remake
      I have a copy of the invoice
      Fake flowers in the photo are for decoration
      Cloned the drive before wiping it
      Quality is great for the price
      No brand, just a plain one
      The mirror in the picture is not for sale
      Similar to the one in the film
      Bought from an official dealer
    `),
  },
  words: { colour, state },
};
