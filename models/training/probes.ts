import type { SellerProfile } from '../../proto/generated/catalog/v1/catalog.ts';
import type { PredictInput } from '../../proto/generated/moderation/v1/model.ts';
import type { Topic } from './grammar.ts';

/** A listing written by hand, in words of its own: it comes from no template, and nothing is trained on it. */
export interface Probe {
  readonly topic: Topic;
  readonly breaks: boolean;
  readonly title: string;
  readonly description: string;
  readonly category: string;
  /** US dollars. */
  readonly price: number;
  readonly seller: SellerProfile;
}

const settled: SellerProfile = {
  sellerId: 'settled',
  accountAgeDays: 1200,
  pastRemovals: 0,
  completedSales: 240,
  verified: true,
  rating: 4.8,
};

const fresh: SellerProfile = {
  sellerId: 'fresh',
  accountAgeDays: 9,
  pastRemovals: 2,
  completedSales: 1,
  verified: false,
  rating: 3,
};

type Row = readonly [title: string, description: string, category: string, price: number];

const probes = (topic: Topic, breaks: boolean, rows: readonly Row[]): Probe[] =>
  rows.map(([title, description, category, price]) => ({
    topic,
    breaks,
    title,
    description,
    category,
    price,
    seller: breaks ? fresh : settled,
  }));

/** What the models are shown besides the generator's listings. */
export const PROBES: readonly Probe[] = [
  ...probes('weapons', false, [
    [
      'Water gun, barely used',
      'Big tank, my kids loved it last summer. Squirts about eight metres.',
      'toys/outdoor',
      12,
    ],
    ['Gunmetal grey rims 18 inch', 'Set of four alloy wheels in gunmetal grey, no curb rash.', 'auto/wheels', 420],
    ['Hot glue gun with sticks', 'Works well, cable is two metres long. Great for crafts.', 'crafts/supplies', 9],
    ['Nail gun Paslode', 'Pneumatic, used to build our fence, comes with nails.', 'tools/power tools', 80],
    ['Massage gun, four heads', 'Quiet motor and long battery life, bag included.', 'health/massage', 45],
    [
      'Plastic toy sword and shield',
      'For a knight costume, light and safe for small children.',
      'toys/pretend play',
      8,
    ],
    [
      'Kitchen knife block with six knives',
      'Stainless steel, for everyday cooking, sharpened last month.',
      'home/kitchen',
      40,
    ],
    ['水鉄砲 2個セット', '夏にプールで子どもと遊びました。水漏れはありません。', 'toys/outdoor', 8],
    ['グルーガン スティック付き', '工作で数回使っただけです。きちんと温まります。', 'crafts/supplies', 7],
    ['ガンダム プラモデル 未組立', '箱に少しへこみがあります。中の袋は未開封です。', 'hobbies/models', 25],
    ['三徳包丁 ステンレス', '料理教室で使っていました。よく切れます。', 'home/kitchen', 15],
    ['筋膜リリース マッサージガン', '肩や足に使えます。充電ケーブル付きです。', 'health/massage', 40],
  ]),
  ...probes('weapons', true, [
    ['G1ock 19 9mm pist0l', 'Real pistol, two magazines, shoots great. No papers.', 'other/other', 500],
    [
      'g u n for sale, .38 revolver',
      'Loaded with five rounds, serial filed off. Telegram only.',
      'hobbies/collectibles',
      350,
    ],
    ['Вегеtta handgun with ammo', 'Fires live rounds, unregistered, cash only.', 'sports/outdoor', 600],
    ['Ｓｗｉｔｃｈｂｌａｄｅ knife', 'Blade springs out at the push of a button, double edged.', 'other/other', 45],
    ['Suppressor for AR-15', 'Threaded, makes every shot quiet. Discreet shipping.', 'sports/hunting', 220],
    ['hand🔥grenade, live', 'Not a dummy, pin and fuse are in place, explosive inside.', 'antiques/militaria', 150],
    ['拳 銃 譲ります', '本物です。実弾も付けます。登録はしていません。', 'other/other', 700],
    ['ト力レフ 実銃', '撃てることを確認しました。弾倉が2本あります。', 'hobbies/collectibles', 800],
    ['バタフライナイフ 護身用', '両刃でよく切れます。ポケットに隠せます。', 'other/other', 40],
    ['実*弾 9ミリ 50発', '火薬入りの本物です。中身が分からないように送ります。', 'sports/outdoor', 90],
  ]),
  ...probes('money', false, [
    ['Money clip, stainless steel', 'Holds ten bills and three cards, a gift I never used.', 'fashion/wallets', 10],
    ['Play money for kids', 'Paper bills and plastic coins to play shop with.', 'toys/pretend play', 5],
    ['Monopoly board game', 'Complete with all the money, cards and houses.', 'toys/board games', 15],
    ['Counterfeit detector pen, pack of 3', 'Mark a bill and see whether it is fake. For shops.', 'office/supplies', 6],
    ['Coin album with 200 pockets', 'Empty album, pages are clean. For your collection.', 'hobbies/collectibles', 12],
    ['Piggy bank, ceramic', 'Pink pig with a slot on the back, no chips.', 'home/decor', 8],
    ['Rolling suitcase', 'Used twice. Cash on pickup or bank transfer.', 'home/other', 30],
    ['おもちゃの紙幣セット', 'お店屋さんごっこに使いました。本物ではありません。', 'toys/pretend play', 4],
    ['マネークリップ 革', 'お札を挟むタイプです。未使用です。', 'fashion/wallets', 14],
    ['偽札検知ペン 2本', 'レジで使うペンです。インクは十分あります。', 'office/supplies', 6],
    ['貯金箱 招き猫', '陶器です。底から小銭を取り出せます。', 'home/decor', 9],
  ]),
  ...probes('money', true, [
    ['US dollar bills, $500', 'Real banknotes at face value plus a fee, pay by card.', 'other/other', 520],
    [
      'C a s h  a d v a n c e today',
      'Pay with your credit card, I send you the cash within an hour.',
      'services/other',
      300,
    ],
    ['Amaz0n gift card $100 for cash', 'Send me the code and get the money by transfer.', 'tickets/vouchers', 80],
    ['Fake bills that pass the pen', 'Counterfeit twenties, watermark included, spend anywhere.', 'other/other', 200],
    ['Bank account with debit card', 'Verified account and pin, use it to receive transfers.', 'services/other', 400],
    ['クレジットカード現金化 即日', '審査なしで現金をお振込みします。', 'services/other', 300],
    ['一万円札 新札 10枚', '銀行で両替した現在使える紙幣です。カード払いできます。', 'other/other', 720],
    ['銀 行 口 座 売ります', '通帳とキャッシュカード、暗証番号をお渡しします。', 'other/other', 350],
    ['アマゾンギフト券 1万円分 換金', 'コードを送っていただければすぐに振り込みます。', 'tickets/vouchers', 60],
  ]),
  ...probes('counterfeit', false, [
    [
      'Gucci belt, authentic with receipt',
      'Bought at the Milan boutique, receipt and box included.',
      'fashion/men',
      260,
    ],
    ['Replica dinosaur skull', 'Resin cast for display, about 30 cm long.', 'home/decor', 60],
    ['Eames style replica chair', 'Designer replica furniture, comfortable, wooden legs.', 'home/furniture', 90],
    ['AAA batteries, pack of 20', 'Sealed, best before 2030.', 'electronics/accessories', 8],
    [
      'Compatible ink cartridges for Canon',
      'Third party, unopened, fits the printers listed on the box.',
      'office/supplies',
      14,
    ],
    ['Faux leather sofa', 'Brown imitation leather, easy to clean.', 'home/furniture', 150],
    ['ルイヴィトン 財布 正規品', '直営店で購入し、レシートがあります。角に少し擦れ。', 'fashion/bags', 320],
    ['恐竜の化石 レプリカ', '子どもの自由研究で使いました。樹脂製です。', 'toys/figures', 20],
    ['互換インク キヤノン用', '未開封です。対応機種は箱の写真をご確認ください。', 'office/supplies', 10],
    ['コピー用紙 A4 500枚', '未開封です。', 'office/supplies', 4],
  ]),
  ...probes('counterfeit', true, [
    [
      'Rolex Submariner replica 1:1',
      'Swiss clone movement, nobody can tell it from the real one.',
      'accessories/watches',
      120,
    ],
    ['L V Neverfull mirror quality', 'Same as the original, all stamps and dust bag.', 'fashion/bags', 70],
    ['Ｇｕｃｃｉ bag AAA сору', 'High grade copy, card and box on request.', 'fashion/bags', 55],
    ['Yeezy 350 reps, best batch', 'UA quality straight from the factory, all sizes.', 'fashion/shoes', 60],
    ['AirPods Pro 1:1 cl0ne', 'Pairs like the real ones, same box.', 'electronics/audio', 25],
    ['口レックス スーパーコピー', '本物と見分けがつきません。箱も付けられます。', 'accessories/watches', 110],
    ['シャネル バッグ N級品', '鏡面レベルの仕上がりです。工場直送です。', 'fashion/bags', 80],
    ['ポケモンカード プロキシ', '自宅で印刷したカードです。手触りもほぼ同じです。', 'games/trading cards', 10],
    ['ブ・ラ・ン・ド 財布 コ ピ ー', '正規品ではありません。ご理解いただける方。', 'fashion/bags', 30],
  ]),
];

/** A probe as a model is asked about it. */
export function toInput(probe: Probe): PredictInput {
  return {
    item: {
      itemId: 'probe',
      revision: 1,
      sellerId: probe.seller.sellerId,
      title: probe.title,
      description: probe.description,
      category: probe.category,
      price: { currency: 'USD', minorUnits: probe.price * 100 },
      imageUrls: [],
    },
    enrichment: { seller: probe.seller },
  };
}
