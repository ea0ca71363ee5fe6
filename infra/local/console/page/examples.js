/** Items to begin with: one that is harmless, and one for each of the local stack's models. */
export const EXAMPLES = [
  {
    name: 'teapot',
    values: {
      title: 'Lovely ceramic teapot',
      description: 'Used for one season, in good condition. From a home without pets or smoke.',
      category: 'home/kitchen',
      sellerId: 'seller-109',
      'price.minorUnits': '5800',
      'price.currency': 'USD',
    },
  },
  {
    name: 'handgun',
    values: {
      title: 'Selling my 9mm handgun',
      description: 'Test fired last week. Serial number removed. Discreet parcel, cash on delivery.',
      category: 'sports/hunting',
      sellerId: 'seller-012',
      'price.minorUnits': '25000',
      'price.currency': 'USD',
    },
  },
  {
    name: 'banknotes',
    values: {
      title: 'US dollar bills, cash, below face value',
      description: 'You buy with your credit card, I send you the cash by registered mail. Fee 10 percent.',
      category: 'other',
      sellerId: 'seller-031',
      'price.minorUnits': '9000',
      'price.currency': 'USD',
    },
  },
  {
    name: 'fake watch',
    values: {
      title: 'Best quality Rolex Submariner replica',
      description: 'Looks like the original, mirror quality. No box, no papers.',
      category: 'fashion/watches',
      sellerId: 'seller-055',
      'price.minorUnits': '4900',
      'price.currency': 'USD',
    },
  },
];
